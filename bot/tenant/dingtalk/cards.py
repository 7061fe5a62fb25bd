"""Template cards over the API: created and delivered, updated, streamed into.

Official documents create-and-deliver-cards, interactive-card-update-interface and api-streamingupdate.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.dingtalk.card import MARKDOWN, Card, draw_card
from bot.tenant.dingtalk.drawing import EVERYBODY
from bot.tenant.dingtalk.gate import RATE, Gate
from bot.tenant.dingtalk.posting import Posting, group_chat, private_chat
from bot.tenant.dingtalk.sent import SentMessages
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Tenant

_SPACES = "dtv1.card//"
_MOST_KEY_BYTES, _MOST_VALUE_BYTES = 100, 1024
_V1 = "/dingtalk/api/v1.0"
Params = dict[str, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """One space of a delivery; without a chat, `wrong` says why."""

    space: str
    id: str
    chat: Chat | None = None
    recipients: tuple[Member, ...] = ()
    wrong: str = ""


class Cards:
    """All cards, by outTrackId."""

    def __init__(self, tenant: Tenant, gate: Gate, posting: Posting, sent: SentMessages) -> None:
        self._tenant = tenant
        self._gate = gate
        self._posting = posting
        self._sent = sent
        self._cards: dict[str, Card] = {}

    def calls(self) -> Sequence[Call]:
        sizes = f"cardParamMap：键 ≤ {_MOST_KEY_BYTES} 字节，值 ≤ {_MOST_VALUE_BYTES} 字节，都是字符串"
        return [
            self._call(
                ("create", "POST", "card/instances/createAndDeliver", "创建并投放卡片"),
                (
                    sizes,
                    "outTrackId 用过的，改动不生效",
                    "每个场域的结果看 deliverResults",
                    "卡片里的 Markdown 不认 dtmd 链接",
                ),
                "官方文档 create-and-deliver-cards",
                self._create,
            ),
            self._call(
                ("update", "PUT", "card/instances", "更新卡片"),
                (sizes, "默认整个覆盖；要按键更新，设 cardUpdateOptions"),
                "官方文档 interactive-card-update-interface",
                self._update,
            ),
            self._call(
                ("stream", "PUT", "card/streaming", "流式更新卡片"),
                (
                    "guid 相同的只算一次",
                    "变量是 Markdown 时 isFull 必须是 true",
                    "建议单次 ≤ 1 KB、总共 ≤ 3 KB",
                ),
                "官方文档 api-streamingupdate",
                self._stream,
            ),
            self._call(
                ("legacy_send", "POST", "im/v1.0/robot/interactiveCards/send", "发互动卡片（旧版）"),
                ("2024-12-31 起不再向新应用开放：一律拒绝（错误码是推断）",),
                "官方文档 robots-send-interactive-cards",
                _closed,
            ),
            self._call(
                ("legacy_update", "PUT", "im/robots/interactiveCards", "更新互动卡片（旧版）"),
                ("2024-12-31 起不再向新应用开放：一律拒绝（错误码是推断）",),
                "官方文档 robots-send-interactive-cards",
                _closed,
            ),
        ]

    def find(self, out_track_id: str) -> Card | None:
        return self._cards.get(out_track_id)

    def apply(self, card: Card, change: Mapping[str, Any], private: Mapping[str, Params]) -> None:
        """`change` as in an update or in the answer to a callback; the default is to overwrite everything."""
        options = change.get("cardUpdateOptions")
        options = options if isinstance(options, Mapping) else {}
        if change.get("cardData") is not None:
            public = params_of(change["cardData"])
            card.public = card.public | public if options.get("updateCardDataByKey") is True else public
        for user, params in private.items():
            by_key = options.get("updatePrivateDataByKey") is True
            card.private[user] = card.private.get(user, {}) | params if by_key else params
        self._redraw(card)

    def _call(
        self,
        what: tuple[str, str, str, str],
        limits: tuple[str, ...],
        source: str,
        work: Callable[[dict[str, Any]], Mapping[str, object]],
    ) -> Call:
        name, method, path, title = what
        return Call(
            name=f"dingtalk.card.{name}",
            method=method,
            path=f"{_V1}/{path}",
            dialect=Dialect.V1,
            title=title,
            limits=(*limits, RATE),
            source=source,
            handle=self._gate.v1(f"card_{name}", work),
            target=_out_track_id,
        )

    def _create(self, body: dict[str, Any]) -> Mapping[str, object]:
        out_track_id = _needed(body, "outTrackId")
        template = _needed(body, "cardTemplateId")
        places = [self._place(space, body) for space in _spaces(_needed(body, "openSpaceId"))]
        callback = body.get("callbackType", "")
        if callback not in ("", "STREAM", "HTTP") or (
            callback == "HTTP" and not body.get("callbackRouteKey")
        ):
            raise Refused("param.invalid", "param.invalid")
        if body.get("cardData") is None:
            raise Refused("param.cardPublicDataEmpty", "param.cardPublicDataEmpty")
        fresh = Card(
            out_track_id=out_track_id,
            template_id=template,
            callback_type=callback,
            route_key=str(body.get("callbackRouteKey", "")),
            public=params_of(body["cardData"]),
            private=self._private(body),
        )
        card = self._cards.setdefault(out_track_id, fresh)
        return {
            "success": True,
            "result": {
                "outTrackId": out_track_id,
                "deliverResults": [self._deliver(card, place, body) for place in places],
            },
        }

    def _place(self, space: tuple[str, str], body: Mapping[str, Any]) -> _Place:
        kind, id_ = space
        name = {"IM_GROUP": "imGroupOpenDeliverModel", "IM_ROBOT": "imRobotOpenDeliverModel"}.get(kind)
        if name is None:
            return _Place(kind, id_, wrong="param.openSpaceIdInvalid")
        model = body.get(name)
        if not isinstance(model, Mapping) or not model:
            raise Refused("param.openDeliverModelEmpty", "param.openDeliverModelEmpty")
        robot = self._gate.robot
        own = (robot.robot_code, robot.client_id)
        if kind == "IM_GROUP":
            group = self._posting.group(id_)
            if group is None:
                return _Place(kind, id_, wrong="invalid.openConversationId")
            if model.get("robotCode") not in own:
                return _Place(kind, id_, wrong="invalidParameter.robotCode.notExsit")
            return _Place(kind, id_, group_chat(group), tuple(self._tenant.directory.people_in(group)))
        member = self._posting.member(id_)
        if member is None:
            return _Place(kind, id_, wrong="param.userIdNotExist")
        if model.get("spaceType") != "IM_ROBOT" and model.get("robotCode") not in own:
            raise Refused("param.openDeliverModelError", "param.openDeliverModelError")
        return _Place(kind, id_, private_chat(id_), (member,))

    def _deliver(self, card: Card, place: _Place, body: Mapping[str, Any]) -> Mapping[str, object]:
        result: dict[str, object] = {"spaceType": place.space, "spaceId": place.id}
        if place.chat is None:
            return result | {"success": False, "carrierId": "", "errorMsg": place.wrong}
        mentions = self._called(place, body)
        if not any(shown.chat == place.chat for shown in self._tenant.transcript.find(card.out_track_id)):
            drawn = draw_card(card, _eyes(place.chat), mentions)
            self._posting.post(place.chat, drawn, card.out_track_id)
        carrier = self._sent.record((place.chat,), place.recipients, card.out_track_id)
        return result | {"success": True, "carrierId": carrier, "errorMsg": ""}

    def _called(self, place: _Place, body: Mapping[str, Any]) -> tuple[str, ...]:
        """Who is mentioned, of those in the group."""
        if place.chat is None or place.chat.room is not Room.GROUP:
            return ()
        called = body["imGroupOpenDeliverModel"].get("atUserIds")
        inside = [member.account(Platform.DINGTALK) for member in place.recipients]
        named = dict(zip(inside, inside, strict=True)) | {"@ALL": EVERYBODY}
        return tuple(named[user] for user in called if user in named) if isinstance(called, Mapping) else ()

    def _update(self, body: dict[str, Any]) -> Mapping[str, object]:
        card = self._known(_needed(body, "outTrackId"), "param.cardNotExist")
        if body.get("cardData") is None and not body.get("privateData"):
            raise Refused("param.cardDataAndPrivateDataBothEmpty", "param.cardDataAndPrivateDataBothEmpty")
        self.apply(card, body, self._private(body))
        return {"success": True, "result": True}

    def _stream(self, body: dict[str, Any]) -> Mapping[str, object]:
        card = self._known(body.get("outTrackId"), "param.stream.outTrackId")
        key, guid, content = body.get("key"), body.get("guid"), body.get("content")
        for given, name in ((key, "key"), (guid, "guid")):
            if not isinstance(given, str) or not given:
                raise Refused(f"param.stream.{name}Empty", f"streaming更新{name}为空")
        ends = body.get("isFinalize") is True or body.get("isError") is True
        if not isinstance(content, str) or (not content and not ends):
            raise Refused("param.stream.contentEmpty", "streaming更新content为空")
        if key in MARKDOWN and body.get("isFull") is not True:
            raise Refused("param.stream.isFull", "streaming update the parameter isFull is null")
        limit = self._tenant.switches.dingtalk_stream_bytes
        if limit and len(content.encode()) > limit:
            raise Refused("param.stream.content", "content is too large")
        if guid not in card.guids:
            card.guids.add(str(guid))
            before = "" if body.get("isFull") is True else card.public.get(str(key), "")
            card.public[str(key)] = before + content
            card.unfinished = not ends
            card.failed = body.get("isError") is True
            self._redraw(card)
        return {"success": True, "result": True}

    def _private(self, body: Mapping[str, Any]) -> dict[str, Params]:
        given = body.get("privateData") or {}
        if not isinstance(given, Mapping):
            raise Refused("param.invalid", "param.invalid")
        for user in given:
            if self._posting.member(user) is None:
                raise Refused("param.userIdNotExist", "param.userIdNotExist")
        return {user: params_of(data) for user, data in given.items()}

    def _known(self, out_track_id: object, code: str) -> Card:
        card = self.find(out_track_id) if isinstance(out_track_id, str) else None
        if card is None:
            raise Refused(code, "card is not exist")
        return card

    def _redraw(self, card: Card) -> None:
        for shown in self._tenant.transcript.find(card.out_track_id):
            if shown.drawn.kind == "card" and shown.chat.platform is Platform.DINGTALK:
                drawn = draw_card(card, _eyes(shown.chat), shown.drawn.mentions)
                self._tenant.transcript.redraw(shown, drawn)


def params_of(data: object) -> Params:
    """The `cardParamMap` in it, when all is text of the allowed size. Raises Refused."""
    params = data.get("cardParamMap", {}) if isinstance(data, Mapping) else None
    if not isinstance(params, Mapping):
        raise Refused("param.invalid", "param.invalid")
    for key, value in params.items():
        if not isinstance(value, str):
            raise Refused("param.invalid", f"param.invalid：{key} 应当是字符串")
        if len(key.encode()) > _MOST_KEY_BYTES or len(value.encode()) > _MOST_VALUE_BYTES:
            raise Refused("param.invalid", f"param.invalid：{key} 太长")
    return dict(params)


def _spaces(open_space_id: str) -> list[tuple[str, str]]:
    """`dtv1.card//TYPE.id;TYPE.id`; both cases of the type stand in the official samples."""
    if not open_space_id.startswith(_SPACES):
        raise Refused("param.openSpaceIdInvalid", "param.openSpaceIdInvalid")
    spaces = []
    for part in open_space_id.removeprefix(_SPACES).split(";"):
        kind, _dot, id_ = part.removeprefix(_SPACES).partition(".")
        if not kind or not id_:
            raise Refused("param.openSpaceIdInvalid", "param.openSpaceIdInvalid")
        spaces.append((kind.upper(), id_))
    return spaces


def _needed(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise Refused(f"param.{name}Empty", f"param.{name}Empty")
    return value


def _eyes(chat: Chat) -> str:
    return "" if chat.room is Room.GROUP else chat.id


def _out_track_id(ask: Ask) -> str:
    return str((ask.object() or {}).get("outTrackId", ""))


def _closed(_body: dict[str, Any]) -> Mapping[str, object]:
    raise Refused("Forbidden.AccessDenied.AccessTokenPermissionDenied", "此接口不再向新应用开放", status=403)
