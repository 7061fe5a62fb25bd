"""Group webhooks: what an address must look like, and what it is known by, whatever else stands in it.

WeCom 消息推送 (path 99110): https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…
DingTalk custom robot access: https://oapi.dingtalk.com/robot/send?access_token=…
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, unique
from urllib.parse import parse_qs, urlencode, urlsplit

from bot.policy.outgoing import Way

LONGEST_URL = 1_000
_KEY = {Way.WECOM_WEBHOOK: "key", Way.DINGTALK_WEBHOOK: "access_token"}
_PATH = {Way.WECOM_WEBHOOK: "/cgi-bin/webhook/send", Way.DINGTALK_WEBHOOK: "/robot/send"}


@unique
class WebhookFault(StrEnum):
    """Why something is no webhook of this kind."""

    NOT_A_URL = "not_a_url"
    OTHER_PLATFORM = "other_platform"
    OTHER_HOST = "other_host"
    OTHER_PATH = "other_path"
    NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Webhook:
    """`url` has nothing in it but what the platform needs."""

    url: str = field(repr=False)
    key: str = field(repr=False)


def read_webhook(written: str, way: Way, bases: Mapping[Way, str]) -> Webhook | WebhookFault:
    """`bases`: where each platform answers, e.g. {WECOM_WEBHOOK: "https://qyapi.weixin.qq.com"}."""
    written = written.strip()
    if not _is_url(written):
        return WebhookFault.NOT_A_URL
    if not _is_at(written, way, bases):
        return _elsewhere(written, way, bases)
    keys = parse_qs(urlsplit(written).query, keep_blank_values=True).get(_KEY[way], [])
    if len(keys) != 1 or not _is_key(keys[0]):
        return WebhookFault.NO_KEY
    return Webhook(f"{bases[way]}{_PATH[way]}?{urlencode({_KEY[way]: keys[0]})}", keys[0])


def known_by(way: Way, address: str) -> str:
    """What two notations of one group's address have in common: the webhook's key, or the group's own id."""
    if way not in _KEY:
        return address
    return "".join(parse_qs(urlsplit(address).query).get(_KEY[way], [address]))


def _is_url(written: str) -> bool:
    if len(written) > LONGEST_URL or not written.isprintable() or " " in written:
        return False
    try:
        parts = urlsplit(written)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:  # brackets of no IPv6 address, a port that is no number
        return False


def _elsewhere(written: str, way: Way, bases: Mapping[Way, str]) -> WebhookFault:
    if any(_is_at(written, other, bases) for other in _PATH if other is not way):
        return WebhookFault.OTHER_PLATFORM
    return WebhookFault.OTHER_PATH if _origin(written) == _origin(bases[way]) else WebhookFault.OTHER_HOST


def _is_at(written: str, way: Way, bases: Mapping[Way, str]) -> bool:
    base = bases[way]
    path = urlsplit(base).path + _PATH[way]
    return _origin(written) == _origin(base) and urlsplit(written).path.rstrip("/") == path


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _is_key(text: str) -> bool:
    """How long they are no platform says."""
    return text != "" and text.isascii() and all(char.isalnum() or char in "-_" for char in text)
