"""What a pressed button tells the bot, over HTTP or the stream, and what the answer changes.

Official documents event-callback-card and register-card-callback-address.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from yarl import URL

from bot.tenant.calls import Call, Dialect, Frame, Refused, json_object
from bot.tenant.courier import Courier, Letter
from bot.tenant.dingtalk.card import Action, Card, actions
from bot.tenant.dingtalk.cards import Cards, params_of
from bot.tenant.dingtalk.frames import CARDS
from bot.tenant.dingtalk.gate import RATE, Gate
from bot.tenant.dingtalk.identifiers import private_conversation
from bot.tenant.dingtalk.signing import card_sign
from bot.tenant.dingtalk.stream import Stream
from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.tenant import Heard, Outcome, Tenant
from bot.tenant.transcript import Shown

NAME = "dingtalk.card_callback"
FRAME = Frame(
    name=NAME,
    direction="平台 → 机器人",
    title="卡片按钮的回调：POST 到注册的地址",
    limits=(
        "2 秒内应答；应答里的 cardData、userPrivateData 马上生效",
        "x-ddpaas-signature 只签时间戳",
        "练习场只用注册地址里的路径，主机是机器人自己的",
    ),
    source="官方文档 event-callback-card",
)


@dataclass(frozen=True, slots=True)
class _Route:
    url: str
    path_qs: str  # of it, encoded
    secret: str = field(repr=False)


class CardCallbacks:
    """Where they go, and what is done with the answers."""

    def __init__(self, tenant: Tenant, courier: Courier, stream: Stream, gate: Gate, cards: Cards) -> None:
        self._tenant = tenant
        self._courier = courier
        self._stream = stream
        self._gate = gate
        self._cards = cards
        self._routes: dict[str, _Route] = {}

    def calls(self) -> Sequence[Call]:
        return [
            Call(
                name="dingtalk.card.register",
                method="POST",
                path="/dingtalk/api/v1.0/card/callbacks/register",
                dialect=Dialect.V1,
                title="注册卡片回调地址",
                limits=("注册过的 callbackRouteKey 要 forceUpdate 才能改", RATE),
                source="官方文档 register-card-callback-address",
                handle=self._gate.v1("card_register", self._register),
            )
        ]

    async def press(
        self, member: Member, shown: Shown, key: str, chosen: Mapping[str, tuple[str, ...]]
    ) -> Heard:
        card, user = self._cards.find(shown.key), member.account(Platform.DINGTALK)
        if card is None or not user:
            return Heard(Outcome.NO_BOT, "这个按钮没有人在听。")
        action = next((a for a in actions(card.params(user)) if a.button.value == key), None)
        if action is None or action.button.spent:
            return Heard(Outcome.NO_BOT, "这个按钮已经按不动了。")
        body = self._body(card, member, shown.chat, action, chosen)
        if card.callback_type == "STREAM":
            return self._changed(card, user, await self._pushed(body, card))
        route = self._routes.get(card.route_key) if card.callback_type == "HTTP" else None
        if route is None:
            return Heard(Outcome.NO_BOT, "这张卡片没有回调地址。")
        return self._changed(card, user, await self._posted(body, card, route))

    def _body(
        self, card: Card, member: Member, chat: Chat, action: Action, chosen: Mapping[str, tuple[str, ...]]
    ) -> dict[str, Any]:
        robot = self._gate.robot
        lists = {key: list(options) for key, options in chosen.items()}
        params = {**action.params, **lists}
        private: dict[str, object] = {"actionIds": [action.action_id]}
        names = self._tenant.switches.dingtalk_card_names
        # The page interactive-mode names the field `value` and puts the parameters beside cardPrivateData.
        said: dict[str, object] = (
            {"cardPrivateData": private | {"params": params}}
            if names == "content"
            else {"cardPrivateData": private, "params": params}
        )
        return {
            "type": "actionCallback",
            "outTrackId": card.out_track_id,
            "corpId": robot.corp_id,
            "userId": member.account(Platform.DINGTALK),
            "userIdType": 1,
            "spaceId": chat.id if chat.room is Room.GROUP else private_conversation(robot, member),
            "spaceType": "IM",
            "extension": "{}",
            names: json.dumps(said, ensure_ascii=False),
        }

    async def _pushed(self, body: dict[str, Any], card: Card) -> dict[str, Any] | None:
        seconds = self._tenant.pace.dingtalk_card
        ack = await self._stream.push(CARDS, body, seconds, target=card.out_track_id)
        if ack is None:
            return None
        response = ack.get("response")
        return response if isinstance(response, dict) else {}

    async def _posted(self, body: dict[str, Any], card: Card, route: _Route) -> dict[str, Any] | None:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if route.secret:
            timestamp = str(self._tenant.clock.stamp_ms())
            headers |= {
                "x-ddpaas-signature-timestamp": timestamp,
                "x-ddpaas-signature": card_sign(route.secret, timestamp),
            }
        letter = Letter(
            name=NAME,
            method="POST",
            path_qs=route.path_qs,
            headers=headers,
            body=json.dumps(body, ensure_ascii=False).encode(),
            target=card.out_track_id,
        )
        delivered = await self._courier.deliver(letter, self._tenant.pace.dingtalk_card)
        if delivered is None or delivered.status != 200:
            return None
        return json_object(delivered.body) or {}

    def _changed(self, card: Card, user: str, answer: dict[str, Any] | None) -> Heard:
        if answer is None:
            return Heard(Outcome.UNHEARD, "机器人没有回应，请稍后再按一次。")
        mine = answer.get("userPrivateData")
        if isinstance(mine, Mapping) and mine and "cardParamMap" not in mine:
            return Heard(
                Outcome.ACKNOWLEDGED, "机器人应答了，但卡片没有变：userPrivateData 里没有 cardParamMap"
            )
        if answer.get("cardData") is None and mine is None:
            return Heard(Outcome.ACKNOWLEDGED)
        try:
            private = {} if mine is None else {user: params_of(mine)}
            self._cards.apply(card, answer, private)
        except Refused as refused:
            return Heard(Outcome.ACKNOWLEDGED, f"机器人应答了，但卡片没有变：{refused.message}")
        return Heard(Outcome.ANSWERED)

    def _register(self, body: dict[str, Any]) -> Mapping[str, object]:
        key, url, secret = body.get("callbackRouteKey"), body.get("callbackUrl"), body.get("apiSecret", "")
        if not isinstance(key, str) or not key:
            raise Refused("param.callbackRouteKeyEmpty", "param.callbackRouteKeyEmpty")
        path_qs = _path_of(url) if isinstance(url, str) else None
        if not isinstance(url, str) or path_qs is None:
            raise Refused("param.callbackUrlEmpty", "param.callbackUrlEmpty")
        route = _Route(url, path_qs, secret if isinstance(secret, str) else "")
        if self._routes.get(key, route) != route and body.get("forceUpdate") is not True:
            raise Refused("param.callbackRouteKeyExist", "param.callbackRouteKeyExist", status=500)
        self._routes[key] = route
        return {"success": True, "result": {"callbackUrl": route.url, "apiSecret": route.secret}}


def _path_of(url: str) -> str | None:
    """Path and query as they go over the wire; None when this is no address of the web."""
    try:
        parts = URL(url)
    except ValueError:
        return None
    return parts.raw_path_qs or "/" if parts.scheme in ("http", "https") and parts.host else None
