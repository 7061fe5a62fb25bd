"""Files on their way to the browser, piece by piece."""

from collections.abc import Awaitable, Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Final, Protocol, TypeVar
from urllib.parse import quote

import structlog
from aiohttp import web

from bot.pages.guard import HEADERS
from bot.pages.visit import Download

log = structlog.get_logger()

_PIECE_BYTES: Final = 64 << 10
_Result = TypeVar("_Result")


class InThread(Protocol):
    """Runs what would keep the loop waiting."""

    def __call__(self, work: Callable[[], _Result], /) -> Awaitable[_Result]: ...


async def sent(request: web.Request, download: Download, in_thread: InThread) -> web.StreamResponse:
    """Whoever leaves before the end gets the rest of nothing, and no file stays behind."""
    headers = {
        **HEADERS,
        "Content-Type": download.content_type,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(download.name, safe='')}",
    }
    response = web.StreamResponse(headers=headers)
    pieces = _pieces(download.content)
    try:
        await response.prepare(request)
        while (piece := await in_thread(lambda: next(pieces, None))) is not None:
            await response.write(piece)
        await response.write_eof()
    except ConnectionError:
        log.info("a download was broken off")
    finally:
        await in_thread(partial(_let_go, pieces, download.content))
    return response


def _let_go(pieces: Generator[bytes, None, None], content: Path | bytes | Iterator[bytes]) -> None:
    pieces.close()
    if isinstance(content, Path):
        content.unlink(missing_ok=True)


def _pieces(content: Path | bytes | Iterator[bytes]) -> Generator[bytes, None, None]:
    if isinstance(content, bytes):
        yield content
    elif isinstance(content, Path):
        with content.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                yield piece
    else:
        yield from content
