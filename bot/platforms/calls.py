"""One HTTP call to a platform: within a time limit, of limited size, and never a foreign exception."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import aiohttp
from yarl import URL

_LONGEST_ANSWER = 1 << 16
_CONNECT_S = 4.0
_CONNECTIONS = 64
# Below what servers allow an idle connection: one that is closed under a request leaves it in doubt.
_IDLE_S = 5.0


@dataclass(frozen=True, slots=True)
class File:
    """A file to be uploaded in a form, under the name of its field."""

    field: str
    name: str
    content_type: str
    content: bytes


class NoAnswer(Exception):
    """The platform has not answered. `reached`: the request may have got there."""

    def __init__(self, cause: BaseException, *, reached: bool) -> None:
        # Not the cause's message, which may quote an address with a token in it.
        super().__init__(type(cause).__name__)
        self.reached = reached


@dataclass(frozen=True, slots=True)
class Answered:
    """`fields` is None where the answer is no JSON object: a gateway's page."""

    status: int
    fields: Mapping[str, Any] | None


def open_session(answer_within_s: float, *traces: aiohttp.TraceConfig) -> aiohttp.ClientSession:
    """To be closed by the caller; on the running loop. `traces`: who looks on."""
    return aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=answer_within_s, sock_connect=min(_CONNECT_S, answer_within_s)),
        connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=_IDLE_S),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=list(traces),
    )


async def call(  # noqa: PLR0913  a request has parts
    session: aiohttp.ClientSession,
    method: str,
    address: str | URL,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: Mapping[str, object] | File | None = None,
) -> Answered:
    """Raises NoAnswer. Redirections are not followed: a token must not go elsewhere."""
    sent = {"Accept": "application/json", **(headers or {})}
    data: BytesIO | aiohttp.FormData | None = None
    if isinstance(body, File):
        data = aiohttp.FormData()
        data.add_field(body.field, body.content, filename=body.name, content_type=body.content_type)
    elif body is not None:
        # A picture in JSON has megabytes, which aiohttp wants to read bit by bit.
        data = BytesIO(json.dumps(body, ensure_ascii=False).encode("utf-8", "replace"))
        sent["Content-Type"] = "application/json; charset=utf-8"
    try:
        async with session.request(
            method, address, params=query, headers=sent, data=data, allow_redirects=False
        ) as response:
            return Answered(response.status, _object(await _read(response)))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL) as error:
        raise NoAnswer(error, reached=False) from None
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise NoAnswer(error, reached=True) from None


async def _read(response: aiohttp.ClientResponse) -> bytes:
    """At most so much: an answer of ours has a few hundred bytes."""
    content = bytearray()
    async for piece in response.content.iter_any():
        content += piece
        if len(content) > _LONGEST_ANSWER:
            return b""
    return bytes(content)


def number_in(fields: Mapping[str, Any] | None, name: str) -> int | None:
    """A number, also one that is written as text; None where there is none."""
    try:
        return None if fields is None else int(fields[name])
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def _object(content: bytes) -> Mapping[str, Any] | None:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
