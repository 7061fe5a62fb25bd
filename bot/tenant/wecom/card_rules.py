"""What a template card may hold (official documents 90236, 101032 and 99110).

The advised lengths of texts ("建议不超过") are not enforced by the platform and so not here either.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.tenant.calls import Refused
from bot.tenant.wecom.sizes import size

PLACES: Final = ("app", "webhook", "aibot")
NOTICES: Final = ("text_notice", "news_notice")
CARD_TYPES: Final = (*NOTICES, "button_interaction", "vote_interaction", "multiple_interaction")
CARD_LIMITS: Final = (
    "card_type 五种；群 webhook 只有 text_notice、news_notice",
    "task_id ≤ 128 字节，只有数字、字母和 _-@；有按钮或菜单时必填",
    "按钮 ≤ 6 个，key ≤ 1024 字节、不重复",
    "下拉 ≤ 3 个，每个 1–10 项；选择题 1–20 项；选项 id ≤ 128 字节",
    "horizontal_content_list ≤ 6，jump_list ≤ 3，vertical_content_list ≤ 4",
    "菜单 1–3 项（自建应用 1–10 项）",
    "text_notice、news_notice 必须有 card_action",
)

_TASK_ID = re.compile(r"[0-9A-Za-z_@-]+")
_INVALID = 40058  # ERR: a value or a list beyond its limit
_EMPTY = 40063  # ERR: a needed parameter is missing
_NO_TITLE = 41016
_BAD_URL = 40094
_LONGEST_KEY = 1024
_LONGEST_OPTION = 128
_OF_INTERACTION = ("action_menu", "task_id", "feedback")
# Parts of one kind of card mean nothing in another.
_OWN_PARTS: Final[dict[str, tuple[str, ...]]] = {
    "button_selection": ("button_interaction",),
    "button_list": ("button_interaction",),
    "checkbox": ("vote_interaction",),
    "select_list": ("multiple_interaction",),
    "submit_button": ("vote_interaction", "multiple_interaction"),
}
Part = dict[str, Any]


def check_card(card: object, *, place: str) -> Part:
    """The card as the platform takes it; `place` is one of PLACES. Raises Refused."""
    if not isinstance(card, dict):
        raise Refused(_EMPTY, "missing template_card")
    kind = card.get("card_type")
    if not isinstance(kind, str) or kind not in (NOTICES if place == "webhook" else CARD_TYPES):
        raise Refused(_INVALID, "invalid template_card.card_type")
    strange = {name for name, kinds in _OWN_PARTS.items() if kind not in kinds}
    if place == "webhook":
        strange.update(_OF_INTERACTION)
    card = {name: value for name, value in card.items() if name not in strange}
    reader = _Reader(place)
    reader.face(card)
    reader.lists(card)
    reader.actions(card)
    _NEEDS[kind](reader, card)
    if "task_id" in card or reader.keys:
        _check_task_id(card)
    if card.get("feedback") is not None:
        reader.text(reader.part(card, "feedback"), "id", 256, needed=True)
    return card


def _check_task_id(card: Part) -> None:
    task_id = card.get("task_id")
    if not task_id:
        raise Refused(_EMPTY, "missing template_card.task_id")
    if not isinstance(task_id, str) or len(task_id) > 128 or not _TASK_ID.fullmatch(task_id):
        raise Refused(_INVALID, "invalid template_card.task_id")


@dataclass(slots=True)
class _Reader:
    """Reads the parts of one card and remembers which keys it has met."""

    place: str
    keys: set[str]

    def __init__(self, place: str) -> None:
        self.place = place
        self.keys = set()

    def face(self, card: Part) -> None:
        """The fixed parts that every kind of card may show."""
        for name in ("source", "main_title", "emphasis_content"):
            if card.get(name) is not None:
                part = self.part(card, name)
                self.text(part, "title")
                self.text(part, "desc")
        self.text(card, "sub_title_text")
        for name in ("quote_area", "image_text_area"):
            if card.get(name) is not None:
                self.target(self.part(card, name), name, (0, 1, 2))

    def lists(self, card: Part) -> None:
        for row in self.rows(card, "horizontal_content_list", 6):
            self.text(row, "keyname", needed=True)
            types = (0, 1, 3) if self.place == "aibot" else (0, 1, 2, 3)
            if self.target(row, "horizontal_content_list", types) == 3:
                self.text(row, "userid", 64, needed=True)
        for row in self.rows(card, "vertical_content_list", 4):
            self.text(row, "title", needed=True)
        for row in self.rows(card, "jump_list", 3):
            self.text(row, "title", needed=True)
            types = (0, 1, 2, 3) if self.place == "aibot" else (0, 1, 2)
            if self.target(row, "jump_list", types) == 3:
                self.text(row, "question", 200, needed=True)

    def actions(self, card: Part) -> None:
        """The card as a whole and the menu in its corner."""
        if card.get("card_action") is not None:
            self.target(self.part(card, "card_action"), "card_action", (0, 1, 2))
        if card.get("action_menu") is not None:
            most = 10 if self.place == "app" else 3
            for row in self.rows(self.part(card, "action_menu"), "action_list", most, least=1):
                self.text(row, "text", needed=True)
                self.key(row, "action_list")

    def title(self, card: Part) -> None:
        if not (card.get("main_title") or {}).get("title"):
            raise Refused(_NO_TITLE, "missing template_card.main_title.title")

    def whole_card(self, card: Part) -> None:
        """A notice leads somewhere."""
        action = self.part(card, "card_action")
        if self.target(action, "card_action", (1, 2)) not in (1, 2):
            raise Refused(_INVALID, "invalid template_card.card_action.type")

    def target(self, part: Part, name: str, types: Sequence[int]) -> int:
        """Where a tap on this part leads: 0 nowhere, 1 a page, 2 a mini-program or a file, 3 its own."""
        kind = part.get("type", 0)
        if isinstance(kind, bool) or kind not in types:
            raise Refused(_INVALID, f"invalid template_card.{name}.type")
        if kind == 1:
            url = part.get("url")
            if not isinstance(url, str) or not url.startswith(("http://", "https://")):
                raise Refused(_BAD_URL, f"invalid template_card.{name}.url")
        if kind == 2:
            needed = "media_id" if name == "horizontal_content_list" else "appid"
            self.text(part, needed, needed=True)
        return int(kind)

    def part(self, card: Part, name: str) -> Part:
        found = card.get(name)
        if not isinstance(found, dict):
            raise Refused(_EMPTY if found is None else _INVALID, f"invalid template_card.{name}")
        return found

    def rows(self, card: Part, name: str, most: int, *, least: int = 0) -> list[Part]:
        found = card.get(name)
        if found is None and not least:
            return []
        if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
            raise Refused(_EMPTY if found is None else _INVALID, f"invalid template_card.{name}")
        if not least <= len(found) <= most:
            raise Refused(_INVALID, f"template_card.{name} exceed max length {most}")
        return found

    def text(self, part: Part, name: str, most: int | None = None, *, needed: bool = False) -> None:
        value = part.get(name)
        if value in (None, ""):
            if needed:
                raise Refused(_EMPTY, f"missing template_card {name}")
            return
        if not isinstance(value, str):
            raise Refused(_INVALID, f"invalid template_card {name}")
        if most is not None and size(value) > most:
            raise Refused(_INVALID, f"template_card {name} exceed max length {most}")

    def key(self, part: Part, name: str, field: str = "key") -> None:
        """Keys are what a press is told by, so no two are equal."""
        self.text(part, field, _LONGEST_KEY, needed=True)
        if part[field] in self.keys:
            raise Refused(_INVALID, f"duplicated template_card.{name}.{field}")
        self.keys.add(part[field])

    def question(self, part: Part, name: str, most: int) -> None:
        self.key(part, name, "question_key")
        self.text(part, "title")
        seen: set[str] = set()
        for option in self.rows(part, "option_list", most, least=1):
            self.text(option, "id", _LONGEST_OPTION, needed=True)
            self.text(option, "text", needed=True)
            if option["id"] in seen:
                raise Refused(_INVALID, f"duplicated template_card.{name}.option_list.id")
            seen.add(option["id"])

    def submit(self, card: Part) -> None:
        button = self.part(card, "submit_button")
        self.text(button, "text", needed=True)
        self.key(button, "submit_button")


def _text_notice(reader: _Reader, card: Part) -> None:
    if not card.get("sub_title_text"):
        reader.title(card)
    reader.whole_card(card)


def _news_notice(reader: _Reader, card: Part) -> None:
    reader.title(card)
    reader.whole_card(card)
    if card.get("card_image") is None and card.get("image_text_area") is None:
        raise Refused(_EMPTY, "missing template_card.card_image")
    if card.get("card_image") is not None:
        image = reader.part(card, "card_image")
        reader.text(image, "url", needed=True)
        ratio = image.get("aspect_ratio", 1.3)
        if not isinstance(ratio, int | float) or not 1.3 <= ratio <= 2.25:
            raise Refused(_INVALID, "invalid template_card.card_image.aspect_ratio")
    if card.get("image_text_area") is not None:
        reader.text(reader.part(card, "image_text_area"), "image_url", needed=True)


def _buttons(reader: _Reader, card: Part) -> None:
    reader.title(card)
    if card.get("button_selection") is not None:
        reader.question(reader.part(card, "button_selection"), "button_selection", 10)
    for button in reader.rows(card, "button_list", 6, least=1):
        reader.text(button, "text", needed=True)
        if reader.place == "app" and button.get("type") == 1:
            reader.target(button, "button_list", (1,))
        else:
            reader.key(button, "button_list")


def _vote(reader: _Reader, card: Part) -> None:
    reader.title(card)
    box = reader.part(card, "checkbox")
    if box.get("mode", 0) not in (0, 1):
        raise Refused(_INVALID, "invalid template_card.checkbox.mode")
    reader.question(box, "checkbox", 20)
    reader.submit(card)


def _several(reader: _Reader, card: Part) -> None:
    reader.title(card)
    for select in reader.rows(card, "select_list", 3, least=1):
        reader.question(select, "select_list", 10)
    reader.submit(card)


_NEEDS: Final[dict[str, Callable[[_Reader, Part], None]]] = {
    "text_notice": _text_notice,
    "news_notice": _news_notice,
    "button_interaction": _buttons,
    "vote_interaction": _vote,
    "multiple_interaction": _several,
}
