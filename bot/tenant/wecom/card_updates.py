"""Template cards of the app after they were sent: response codes and message/update_template_card (94888)."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.tenant.calls import Ask, Call, Dialect, Refused
from bot.tenant.tenant import Tenant
from bot.tenant.transcript import Shown
from bot.tenant.wecom.access import Access
from bot.tenant.wecom.cards import check_card, draw_card, spend_buttons
from bot.tenant.wecom.identifiers import response_code
from bot.tenant.wecom.requests import OK, body_of, number_of, numbers_of, text_of, texts_of

_CODE_MS: Final = 72 * 3600 * 1000
_LISTED: Final = 100
_ROOT: Final = 1  # the department that everybody is in


@dataclass(slots=True)
class _Code:
    message: str  # Shown.key of the card
    issued_ms: int
    used: bool = False


class CardUpdates:
    """A code is good for 72 hours and for one update; each press of a button brings a new one."""

    def __init__(self, tenant: Tenant, access: Access) -> None:
        self._tenant = tenant
        self._access = access
        self._codes: OrderedDict[str, _Code] = OrderedDict()

    def issue(self, message: str) -> str:
        now = self._tenant.clock.ms()
        while self._codes and now - next(iter(self._codes.values())).issued_ms > _CODE_MS:
            self._codes.popitem(last=False)
        code = response_code()
        self._codes[code] = _Code(message, now)
        return code

    def update(self, ask: Ask) -> Mapping[str, object]:
        body = body_of(ask)
        self._access.check_agent(body)
        code = self._codes.get(text_of(body, "response_code", missing=60140))
        if code is None or code.used or self._tenant.clock.ms() - code.issued_ms > _CODE_MS:
            raise Refused(60140, "invalid response_code")
        shown, strangers = self._chosen(body, self._tenant.transcript.find(code.message))
        if "button" in body:
            button = body["button"]
            if not isinstance(button, dict):
                raise Refused(40058, "button must be an object")
            name = text_of(button, "replace_name", missing=42020)
            self._use(code, [(s, None) for s in shown], name)
        else:
            card = check_card(body.get("template_card"), place="app")
            self._use(code, [(s, card) for s in shown], "")
        return {**OK, "invaliduser": strangers}

    def _use(self, code: _Code, cards: Sequence[tuple[Shown, dict[str, Any] | None]], name: str) -> None:
        code.used = True
        for shown, card in cards:
            self.redraw(shown, card, name)

    def redraw(self, shown: Shown, card: dict[str, Any] | None, replace_name: str) -> None:
        """With another card, or with `replace_name` instead of its buttons."""
        if card is None:
            self._tenant.transcript.redraw(shown, spend_buttons(shown.drawn, replace_name))
        else:
            wire = {"msgtype": "template_card", "template_card": card}
            self._tenant.transcript.redraw(shown, draw_card(card, wire))

    def _chosen(self, body: Mapping[str, Any], shown: Sequence[Shown]) -> tuple[Sequence[Shown], list[str]]:
        """The cards to be changed, and whom one cannot change anything for."""
        users = texts_of(body, "userids")
        if len(users) > 1000:
            raise Refused(40032, "more than 1000 userids")
        parties, tags = numbers_of(body, "partyids"), numbers_of(body, "tagids")
        for numbers, name, code in ((parties, "partyids", 82002), (tags, "tagids", 82003)):
            if len(numbers) > _LISTED:
                raise Refused(code, f"more than {_LISTED} {name}")
        if number_of(body, "atall", 0) == 1 or _ROOT in parties:
            return shown, []
        if not users:
            raise Refused(82101, "nobody to update the card for")
        by_account = {one.chat.id.casefold(): one for one in shown}
        found = {user: by_account.get(user.casefold()) for user in users}
        strangers = [user.lower() for user, one in found.items() if one is None]
        if len(strangers) == len(found):
            raise Refused(82102, "these members have not got the card")
        return [one for one in found.values() if one is not None], strangers

    def calls(self) -> Sequence[Call]:
        return (
            Call(
                name="wecom.message.update_template_card",
                method="POST",
                path="/wecom/cgi-bin/message/update_template_card",
                dialect=Dialect.QYAPI,
                title="更新模板卡片",
                limits=(
                    "response_code 72 小时内有效，只能用一次（60140）",
                    "userids ≤ 1000 人（40032），partyids、tagids 各 ≤ 100 个（82002、82003）",
                    "没收到这张卡片的人列在 invaliduser",
                ),
                source="官方文档 94888",
                handle=self._access.guarded("message/update_template_card", self.update),
            ),
        )


def card_of(shown: Shown) -> dict[str, Any]:
    """The card as it was sent last; empty when the message is none."""
    wire = shown.drawn.wire
    card = wire.get("template_card") if isinstance(wire, dict) else None
    return card if isinstance(card, dict) else {}
