"""Turns an emulated call into an aiohttp route: reads the request, lets faults strike, answers in its dialect."""

import json
import re
import socket
import struct
import time
from collections.abc import Mapping
from urllib.parse import quote
from uuid import uuid4

from aiohttp import BodyPartReader, ClientPayloadError, web
from aiohttp.http_exceptions import HttpProcessingError

from bot.tenant.calls import Ask, Call, Dialect, Refused, Upload
from bot.tenant.faults import OF_CALLS, Effect, Fault
from bot.tenant.tenant import Tenant
from bot.tenant.wire import Exchange, Towards, readable

_HTML = "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>"
_RESET_AT_CLOSE = struct.pack("ii", 1, 0)
_ORDINARY_REFUSALS = 400
# A body that is not what its headers say (not gzip after all, a part without a head), or that stops in the middle.
_BROKEN = (ValueError, web.RequestPayloadError, HttpProcessingError, ClientPayloadError)
_NUMBER = re.compile(r"-?[0-9]+")
# DingTalk's newer API tells its classes of refusals apart by the status as well (server-api-error-codes-1).
# Official error table, 60020: the text names the address that has called (this one is for examples, RFC 5737).
_NOT_FROM_HERE = "not allow to access from your ip, from ip: 203.0.113.7"
_STATUS_BY_START = (("Forbidden", 403), ("system.busy", 429), ("systemBusy", 429), ("system.error", 500))


def route(tenant: Tenant, call: Call) -> web.RouteDef:
    async def answer(request: web.Request) -> web.StreamResponse:
        started = time.perf_counter()
        try:
            ask = await _read(request, call)
        except ConnectionError:
            return web.Response(status=499)
        target = call.target(ask)
        exchange = tenant.wire.record(
            Exchange(
                at_ms=tenant.clock.ms(),
                towards=Towards.PLATFORM,
                name=call.name,
                method=request.method,
                url=request.path_qs,
                headers=request.headers,
                body=readable(ask.body),
            )
        )
        fault = tenant.faults.strike(call.name, target, only=OF_CALLS)
        exchange.fault = "" if fault is None else fault.effect
        response = await _answer(tenant, call, ask, fault, request)
        body = response.body if isinstance(response.body, bytes) else b""
        tenant.wire.finish(exchange, response.status, body, (time.perf_counter() - started) * 1000)
        return _perhaps_cut(request, response, fault, exchange)

    return web.route(call.method, call.path, answer)


async def _answer(
    tenant: Tenant, call: Call, ask: Ask, fault: Fault | None, request: web.Request
) -> web.Response:
    match fault:
        case Fault(effect=Effect.HTTP_500):
            return web.Response(status=500, text="Internal Server Error")
        case Fault(effect=Effect.HTML):
            return web.Response(text=_HTML, content_type="text/html")
        case Fault(effect=Effect.CODE):
            return _refusal(call.dialect, _as_refused(call.dialect, fault.code))
        case Fault(effect=Effect.HANG):
            await _until_gone(tenant, request)
            return web.Response(status=499)
        case Fault(effect=Effect.RESET):
            return web.Response(status=499)
        case Fault(effect=Effect.SLOW):
            await tenant.be_slow(fault.seconds)
    return _carried_out(call, ask)


def _carried_out(call: Call, ask: Ask) -> web.Response:
    try:
        answer = call.handle(ask)
    except Refused as refused:
        return _refusal(call.dialect, refused)
    return _file(answer) if isinstance(answer, Upload) else _json(answer)


def _as_refused(dialect: Dialect, code: int | str) -> Refused:
    text = str(code)
    if dialect is not Dialect.V1:
        says = _NOT_FROM_HERE if text == "60020" else "fault switched on"
        return Refused(int(text) if _NUMBER.fullmatch(text) else -1, says)
    status = next(
        (status for start, status in _STATUS_BY_START if text.startswith(start)), _ORDINARY_REFUSALS
    )
    return Refused(text, "fault switched on", status=status)


def _refusal(dialect: Dialect, refused: Refused) -> web.Response:
    if dialect is not Dialect.V1:
        return _json({"errcode": refused.code, "errmsg": refused.message})
    request_id = str(uuid4()).upper()
    body = {"code": refused.code, "message": refused.message, "requestid": request_id}
    return _json(body, status=refused.status, headers={"x-acs-request-id": request_id})


def _file(file: Upload) -> web.Response:
    if not file.file_name:
        return web.Response(body=file.content, headers={"Content-Type": file.content_type})
    name = quote(file.file_name, safe="", errors="replace")
    disposition = f"attachment; filename*=utf-8''{name}"
    headers = {"Content-Type": file.content_type, "Content-Disposition": disposition}
    return web.Response(body=file.content, headers=headers)


def _json(
    body: Mapping[str, object], *, status: int = 200, headers: Mapping[str, str] | None = None
) -> web.Response:
    content = json.dumps(body, ensure_ascii=False).encode()
    return web.Response(status=status, body=content, content_type="application/json", headers=headers)


async def _read(request: web.Request, call: Call) -> Ask:
    """Past the bot's own limit for callbacks: platforms take pictures and files."""
    query, headers = request.query, request.headers
    if request.content_type == "multipart/form-data":
        uploads, form = await _parts(request, call.body_limit)
        return Ask(query, headers, b"", uploads, form, dict(request.match_info))
    try:
        body = await _body(request, call.body_limit)
    except _BROKEN:
        body = b""  # which no platform takes
    return Ask(query, headers, body, path=dict(request.match_info))


async def _body(request: web.Request, limit: int) -> bytes:
    pieces, size = [], 0
    async for piece in request.content.iter_any():
        size += len(piece)
        if size > limit:
            raise web.HTTPRequestEntityTooLarge(limit, size)
        pieces.append(piece)
    return b"".join(pieces)


async def _parts(request: web.Request, limit: int) -> tuple[dict[str, Upload], dict[str, str]]:
    """Raises HTTPRequestEntityTooLarge for more than `limit` in all parts together."""
    uploads: dict[str, Upload] = {}
    form: dict[str, str] = {}
    size = 0
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            content = bytearray()
            while piece := await part.read_chunk(1 << 16):
                content += piece
                size += len(piece)
                if size > limit:
                    raise web.HTTPRequestEntityTooLarge(limit, size)
            if part.filename is None:
                form[part.name] = content.decode("utf-8", "replace")
            else:
                kind = part.headers.get("Content-Type", "application/octet-stream")
                uploads[part.name] = Upload(part.filename, kind, bytes(content))
    except _BROKEN:
        # A body that is no multipart after all is an upload without a file, which every platform refuses.
        return {}, {}
    return uploads, form


async def _until_gone(tenant: Tenant, request: web.Request) -> None:
    while (
        request.transport is not None and not request.transport.is_closing() and not tenant.closing.is_set()
    ):
        await tenant.wait(0.05)


def _perhaps_cut(
    request: web.Request, response: web.Response, fault: Fault | None, exchange: Exchange
) -> web.Response:
    if fault is not None and fault.effect in (Effect.RESET, Effect.LOST_ANSWER, Effect.HANG):
        exchange.status, exchange.answer = 0, ""
        cut(request)
    return response


def cut(request: web.BaseRequest) -> None:
    """Ends the connection with a reset instead of a farewell."""
    if request.transport is not None:
        plug = request.transport.get_extra_info("socket")
        if plug is not None:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
        request.transport.abort()
