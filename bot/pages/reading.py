"""From aiohttp's request to plain values: forms, and files within a limit."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, ClientError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.pages.visit import Asked, Uploaded

MOST_FORM_BYTES: Final = 256 << 10
MOST_FILE_BYTES: Final = 20 << 20
MOST_FIELDS: Final = 5_000
FORM_SECONDS: Final = 30
FILE_SECONDS: Final = 300

_PIECE_BYTES: Final = 64 << 10
# No database and no file takes them: NUL and the other controls but tab and line ends, halves of characters.
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# What aiohttp raises for a body that is broken, whatever is broken about it.
_BROKEN: Final = (ValueError, RuntimeError, AssertionError, LookupError, HttpProcessingError, ClientError)


class TooLarge(Exception):
    """More than a form or a file may be."""


class TooSlow(Exception):
    """It has not come whole within its time."""


def clean(text: str) -> str:
    """As everything may be stored and shown: a browser's line ends are one character."""
    return _UNFIT.sub("", text).replace("\r\n", "\n")


def values(
    pairs: Iterable[tuple[str, str]],
) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The last of each name, and all of each name."""
    every: dict[str, list[str]] = {}
    for name, value in pairs:
        every.setdefault(clean(name), []).append(clean(value))
    return {name: given[-1] for name, given in every.items()}, {
        name: tuple(given) for name, given in every.items()
    }


async def read_looked_at(request: web.Request) -> Asked:
    return _asked(request)


async def read_form(request: web.Request) -> Asked:
    """Raises TooLarge, TooSlow; a body that is no form is an empty one."""
    if (request.content_length or 0) > MOST_FORM_BYTES:
        raise TooLarge
    if request.content_type != "application/x-www-form-urlencoded":
        return _asked(request)
    try:
        async with asyncio.timeout(FORM_SECONDS):
            body = await _whole(request.content.iter_chunked(_PIECE_BYTES), MOST_FORM_BYTES)
    except TimeoutError:
        raise TooSlow from None
    except _BROKEN:
        return _asked(request)
    try:
        # Whatever else the browser says, our pages are UTF-8.
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        raise TooLarge from None
    return _asked(request, pairs)


async def read_upload(request: web.Request) -> Asked:
    """Raises TooLarge as soon as too much has come, TooSlow; what is no multipart form is an empty one."""
    if (request.content_length or 0) > MOST_FILE_BYTES + MOST_FORM_BYTES:
        raise TooLarge
    if request.content_type != "multipart/form-data":
        return _asked(request)
    try:
        async with asyncio.timeout(FILE_SECONDS):
            pairs, file = await _parts(request)
    except TimeoutError:
        raise TooSlow from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge from None
    except _BROKEN:
        return _asked(request)
    return _asked(request, pairs, file)


async def _parts(request: web.Request) -> tuple[list[tuple[str, str]], Uploaded | None]:
    """Nothing of it is decoded or unpacked; the first file is the one that counts."""
    pairs: list[tuple[str, str]] = []
    file = None
    left = MOST_FORM_BYTES
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader):
            break  # a form within a form: no browser sends that
        if len(pairs) >= MOST_FIELDS:
            raise TooLarge
        if part.filename is None:
            text = await _whole(_pieces(part), left)
            left -= len(text)
            pairs.append((part.name or "", text.decode("utf-8", "replace")))
        elif file is None:
            content = await _whole(_pieces(part), MOST_FILE_BYTES)
            name = clean(part.filename)
            file = Uploaded(name, content) if name or content else None
        else:
            break  # what else is sent is not read
    return pairs, file


async def _pieces(part: BodyPartReader) -> AsyncIterator[bytes]:
    while piece := await part.read_chunk(_PIECE_BYTES):
        yield piece


async def _whole(pieces: AsyncIterator[bytes], most: int) -> bytes:
    read = bytearray()
    async for piece in pieces:
        read += piece
        if len(read) > most:
            raise TooLarge
    return bytes(read)


def _asked(
    request: web.Request, pairs: Sequence[tuple[str, str]] = (), file: Uploaded | None = None
) -> Asked:
    form, every = values(pairs)
    query, _ = values(request.query.items())
    return Asked(path=_path(request), query=query, form=form, every=every, file=file)


def _path(request: web.Request) -> Mapping[str, str]:
    return {name: clean(value) for name, value in request.match_info.items()}
