"""Interactive cards, for whoever has built a template: what is on one, and what a tap says. Pure.

Official documents create-and-deliver-cards and event-callback-card. The template's variables: `title` (text), `text`
(Markdown), and `buttons`, a list of {text, actionId, params: {says}, style}, of which each sends its action back
with its parameters.
"""

import json
from binascii import b2a_base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b, sha256
from hmac import compare_digest, digest
from typing import Any, Final

from pydantic_core import from_json

from bot.platforms.dingtalk.callback import WINDOW_MS
from bot.platforms.errors import DECLARED, Forged, Ignored, Unreadable
from messages.incoming import Door, IncomingMessage, Kind, Platform
from messages.outgoing import Buttons, Reply, Style
from messages.rendering import literal_body

_MOST_BYTES: Final = 1024  # of a variable
_LONGEST_ACCOUNT: Final = 64
_LONGEST_CHAT: Final = 128
_LONGEST_KEY: Final = 200
_MOST_OUTCOME: Final = 200  # characters: each has at most four bytes
_USER_ID: Final = 1  # userIdType
_GROUP, _PRIVATE = "g", "p"
_STYLES: Final = {Style.MAIN: "primary", Style.PLAIN: "default", Style.CAREFUL: "danger"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tap:
    """A button of a card of ours."""

    message: IncomingMessage
    own: bool  # by whom the card was offered to: nobody else's tap changes it


def track_id(trace: str, chat: str, account: str) -> str:
    """The card's own id: in which answer it was offered, whether in a group, and to whom."""
    return f"{trace}.{_GROUP if chat else _PRIVATE}.{_owner(account)}"


def params_of(buttons: Buttons) -> dict[str, str] | None:
    """The variables of a new card; None where there is nothing to tap, or no room for it."""
    if not buttons.choices:
        return None
    listed = [
        {
            "text": one.label,
            "actionId": str(number),
            "params": {"says": one.says},
            "style": _STYLES[one.style],
        }
        for number, one in enumerate(buttons.choices, 1)
    ]
    params = {"title": buttons.about, "text": "", "buttons": _json(listed)}
    return params if all(len(value.encode()) <= _MOST_BYTES for value in params.values()) else None


def without(reply: Reply) -> Reply:
    """The words alone, where their buttons go out on a card; those that no card has room for stay."""
    return (
        reply if reply.buttons is None or params_of(reply.buttons) is None else replace(reply, buttons=None)
    )


def settled(outcome: str) -> dict[str, str]:
    """The variables that change once a button is tapped: what came of it, and nothing to tap any more."""
    first = outcome.strip().split("\n", 1)[0].lstrip("#>- ")
    return {"text": literal_body(first[:_MOST_OUTCOME]), "buttons": "[]"}


def change(params: Mapping[str, str]) -> dict[str, object]:
    """What a callback is answered with, and an update says: these variables change, the others stay."""
    return {"cardData": {"cardParamMap": params}, "cardUpdateOptions": {"updateCardDataByKey": True}}


def delivery(  # noqa: PLR0913  a card has parts
    *, template: str, route_key: str, robot_code: str, track: str, chat: str, account: str, params: object
) -> dict[str, object]:
    """The body of createAndDeliver. `route_key`: of the callback address; "" = over the stream."""
    body: dict[str, object] = {
        "cardTemplateId": template,
        "outTrackId": track,
        "callbackType": "HTTP" if route_key else "STREAM",
        "cardData": {"cardParamMap": params},
        "userIdType": _USER_ID,
    }
    if route_key:
        body["callbackRouteKey"] = route_key
    if chat:
        return body | {
            "openSpaceId": f"dtv1.card//IM_GROUP.{chat}",
            "imGroupOpenSpaceModel": {"supportForward": False},
            "imGroupOpenDeliverModel": {"robotCode": robot_code},
        }
    return body | {
        "openSpaceId": f"dtv1.card//IM_ROBOT.{account}",
        "imRobotOpenSpaceModel": {"supportForward": False},
        "imRobotOpenDeliverModel": {"spaceType": "IM_ROBOT", "robotCode": robot_code},
    }


def verify(secret: str, timestamp: str | None, sign: str | None, now_ms: int) -> None:
    """Of a callback over HTTP: only the time is signed. Raises Forged."""
    if not timestamp or not sign:
        raise Forged("unsigned")
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 15):
        raise Forged("timestamp")
    expected = b2a_base64(digest(secret.encode(), timestamp.encode(), "sha256"), newline=False)
    if not compare_digest(expected, sign.encode("utf-8", "surrogatepass")):
        raise Forged("signature")
    skew_ms = now_ms - int(timestamp)
    if abs(skew_ms) >= WINDOW_MS:
        raise Forged("stale", skew_ms // 1000)


def read_tap(data: bytes, now_ms: int) -> Tap | Ignored:
    """What a callback says; two pages name its parts differently. Raises Unreadable."""
    said = _object(data)
    track, account, space = (_text(said.get(name)) for name in ("outTrackId", "userId", "spaceId"))
    if len(account) > _LONGEST_ACCOUNT or len(space) > _LONGEST_CHAT:
        raise Unreadable("id-too-long")
    trace, where, owner = track.split(".") if track.count(".") == 2 else ("", "", "")
    action, says = _action(said.get("content") or said.get("value"))
    in_group = where == _GROUP
    by_user_id = said.get("userIdType") in (None, _USER_ID, str(_USER_ID))
    if not (trace and account and says and by_user_id and where in (_GROUP, _PRIVATE)):
        return Ignored(DECLARED, "card")
    if in_group and not space:
        return Ignored(DECLARED, "card")
    message = IncomingMessage(
        platform=Platform.DINGTALK,
        key=_key(track, account, action),
        account=account,
        chat=space if in_group else "",
        kind=Kind.TEXT,
        text=says,
        sent_at=now_ms,
        door=Door.DINGTALK_STREAM,  # its answer is owed, whichever way the tap came in
        tapped=True,
        card=track[:_LONGEST_CHAT],
    )
    return Tap(message=message, own=owner == _owner(account))


def _owner(account: str) -> str:
    return blake2b(account.encode(errors="replace"), digest_size=8).hexdigest()


def _key(track: str, account: str, action: str) -> str:
    """Two taps of one person on one button are one message."""
    key = f"card/{track}/{account}/{action}"
    return key if len(key) <= _LONGEST_KEY else f"card/{sha256(key.encode()).hexdigest()}"


def _action(content: object) -> tuple[str, str]:
    """The button's id and its words; "" for what is missing."""
    found = _inner(content)
    private = found.get("cardPrivateData")
    private = private if isinstance(private, dict) else {}
    ids = private.get("actionIds")
    params = private.get("params") or found.get("params")
    says = params.get("says") if isinstance(params, dict) else None
    return _text(ids[0]) if isinstance(ids, list) and ids else "", _text(says).strip()


def _inner(content: object) -> dict[str, Any]:
    """JSON within JSON, or the object itself."""
    if isinstance(content, str):
        try:
            content = from_json(content, allow_inf_nan=False)
        except ValueError:
            return {}
    return content if isinstance(content, dict) else {}


def _object(data: bytes) -> dict[str, Any]:
    try:
        found = from_json(data, allow_inf_nan=False)
    except ValueError:
        raise Unreadable("json") from None
    if not isinstance(found, dict):
        raise Unreadable("not-an-object")
    return found


def _text(value: object) -> str:
    return value.replace("\0", "") if isinstance(value, str) else ""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
