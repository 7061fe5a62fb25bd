"""How a client gets onto DingTalk's stream: credentials for an address and a ticket, which opens one connection."""

import base64
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4
from xml.etree.ElementTree import Element, SubElement, tostring

from bot.tenant.calls import Ask, Refused, Upload
from bot.tenant.dingtalk.connections import STREAM_PATH
from bot.tenant.dingtalk.frames import Kind
from bot.tenant.tenant import Tenant

_LIFETIME_MS = 90_000

Subscriptions = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Ticket:
    expires_ms: int
    subscriptions: Subscriptions


class Tickets:
    """Those that were issued and not yet used."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._issued: dict[str, _Ticket] = {}

    def open(self, ask: Ask) -> Mapping[str, object] | Upload:
        asked = ask.object()
        robot = self._tenant.installation.robot
        if asked is None:
            raise Refused("systemError", "系统错误")
        client_id, secret = asked.get("clientId"), asked.get("clientSecret")
        known = robot is not None and client_id == robot.client_id
        if robot is None or not known or not _same(secret, robot.client_secret):
            raise Refused("authFailed", "鉴权失败", status=401)
        subscriptions = _subscriptions(asked.get("subscriptions"))
        if subscriptions is None:
            raise Refused("systemError", "系统错误")
        # A plus sign, so that a client that does not URL-encode the ticket is found out.
        ticket = f"{uuid4().hex}+{base64.b64encode(secrets.token_bytes(24)).decode()}"
        now = self._tenant.clock.ms()
        self._issued = {t: issued for t, issued in self._issued.items() if issued.expires_ms > now}
        self._issued[ticket] = _Ticket(now + _LIFETIME_MS, subscriptions)
        # http: becomes ws:, https: becomes wss:.
        endpoint = f"ws{self._tenant.base_url.removeprefix('http')}{STREAM_PATH}"
        if "application/json" not in ask.headers.get("Accept", ""):
            return _xml(endpoint, ticket)
        return {"endpoint": endpoint, "ticket": ticket}

    def redeem(self, ticket: str) -> Subscriptions | None:
        """Once; None when it is unknown, used or too old."""
        issued = self._issued.pop(ticket, None)
        if issued is None or self._tenant.clock.ms() >= issued.expires_ms:
            return None
        return issued.subscriptions


def _xml(endpoint: str, ticket: str) -> Upload:
    root = Element("Response")
    SubElement(root, "endpoint").text = endpoint
    SubElement(root, "ticket").text = ticket
    return Upload("", "application/xml;charset=UTF-8", tostring(root, "utf-8", xml_declaration=True))


def _same(given: object, secret: str) -> bool:
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode())


def _subscriptions(asked: object) -> Subscriptions | None:
    """None when they are not what the protocol asks for."""
    if not isinstance(asked, list):
        return None
    found = set()
    for wish in asked:
        if not isinstance(wish, dict) or wish.get("type") not in (Kind.CALLBACK, Kind.EVENT):
            return None
        if not isinstance(wish.get("topic"), str) or not wish["topic"]:
            return None
        found.add((str(wish["type"]), wish["topic"]))
    return frozenset(found)
