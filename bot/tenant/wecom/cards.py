"""Template cards as a person sees them, and as they look once they were answered."""

import html
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from bot.tenant.transcript import Button, Choice, Does, Drawn
from bot.tenant.wecom.card_rules import CARD_LIMITS, check_card

__all__ = ["CARD_LIMITS", "check_card", "draw_card", "spend_buttons"]

_STYLES: Final = {1: "primary", 2: "", 3: "danger", 4: "muted"}
_TITLES: Final = (
    ("source", ("desc",)),
    ("main_title", ("title", "desc")),
    ("emphasis_content", ("title", "desc")),
)
Part = dict[str, Any]


def draw_card(card: Part, wire: object) -> Drawn:
    """A card that `check_card` has let pass. With `replace_text` its buttons are one that is spent."""
    lines = list(_lines(card))
    choices, settled = _choices(card)
    lines += [("choice", text) for text in settled]
    drawn = Drawn(
        kind="template_card",
        text="\n".join(text for _class, text in lines),
        html=_html(card, lines),
        wire=wire,
        links=_links(card),
        buttons=tuple(_buttons(card)),
        choices=choices,
    )
    done = _replaced(card)
    return spend_buttons(drawn, done) if done else drawn


def spend_buttons(drawn: Drawn, name: str) -> Drawn:
    """What `replace_name` and `replace_text` do: one grey button, which nobody can press."""
    kept = tuple(button for button in drawn.buttons if button.does is not Does.PRESS)
    spent = Button(name, Does.PRESS, "", "muted", spent=True)
    return replace(drawn, buttons=(*kept, spent), choices=())


def selections(card: Part, chosen: dict[str, tuple[str, ...]]) -> list[Part]:
    """`selected_item` of the callback: what was chosen, and the default where nothing was."""
    choices, _settled = _choices(card)
    return [
        {
            "question_key": choice.key,
            "option_ids": {"option_id": list(chosen.get(choice.key, choice.chosen))},
        }
        for choice in choices
    ]


def _replaced(card: Part) -> str:
    text = card.get("replace_text") or (card.get("submit_button") or {}).get("replace_text")
    return text if isinstance(text, str) else ""


def _lines(card: Part) -> Iterator[tuple[str, str]]:
    """Class and text of every line, from top to bottom."""
    for name, fields in _TITLES:
        for field in fields:
            if text := _text(card.get(name), field):
                yield f"{name}-{field}".replace("_", "-"), text
    yield from _middle(card)
    if text := _text(card, "sub_title_text"):
        yield "sub-title-text", text
    for row in card.get("horizontal_content_list") or ():
        value = _text(row, "value") or (_text(row, "userid") if row.get("type") == 3 else "")
        yield "row", f"{row['keyname']}：{value}"
    for row in card.get("jump_list") or ():
        if row.get("type", 0) in (0, 2):
            yield "jump", row["title"]


def _middle(card: Part) -> Iterator[tuple[str, str]]:
    for name in ("card_image", "image_text_area"):
        if isinstance(card.get(name), dict):
            yield "picture", "[图片]"
    yield from _both(card.get("image_text_area"), "title", "desc")
    yield from _both(card.get("quote_area"), "title", "quote_text")
    for row in card.get("vertical_content_list") or ():
        yield from _both(row, "title", "desc")


def _both(part: object, first: str, second: str) -> Iterator[tuple[str, str]]:
    for field in (first, second):
        if text := _text(part, field):
            yield field.replace("_", "-"), text


def _text(part: object, field: str) -> str:
    value = part.get(field) if isinstance(part, dict) else None
    return value if isinstance(value, str) else ""


def _html(card: Part, lines: list[tuple[str, str]]) -> str:
    rows = "".join(
        f'<p class="{css}">{html.escape(text).replace(chr(10), "<br>")}</p>' for css, text in lines
    )
    return f'<div class="card {html.escape(str(card["card_type"]))}">{rows}</div>'


def _links(card: Part) -> tuple[Button, ...]:
    """The card as a whole, and the parts of it that lead somewhere."""
    label = _text(card.get("main_title"), "title") or _text(card, "sub_title_text")
    found = []
    for part, name in (
        (card.get("card_action"), label),
        (card.get("quote_area"), _text(card.get("quote_area"), "title") or "引用"),
        (card.get("image_text_area"), _text(card.get("image_text_area"), "title") or "图文"),
        *((row, row["keyname"]) for row in card.get("horizontal_content_list") or ()),
    ):
        if isinstance(part, dict) and part.get("type") == 1:
            found.append(Button(name, Does.OPEN, part["url"]))
    return tuple(found)


def _buttons(card: Part) -> Iterator[Button]:
    for row in card.get("jump_list") or ():
        if row.get("type") == 1:
            yield Button(row["title"], Does.OPEN, row["url"])
        elif row.get("type") == 3:
            yield Button(row["title"], Does.SAY, row["question"])
    for row in card.get("button_list") or ():
        number = row.get("style")
        style = _STYLES.get(number, "primary") if isinstance(number, int) else "primary"
        if row.get("type") == 1:
            yield Button(row["text"], Does.OPEN, row["url"], style)
        else:
            yield Button(row["text"], Does.PRESS, row["key"], style)
    if isinstance(card.get("submit_button"), dict):
        yield Button(card["submit_button"]["text"], Does.PRESS, card["submit_button"]["key"], "primary")
    for row in (card.get("action_menu") or {}).get("action_list", ()):
        yield Button(row["text"], Does.PRESS, row["key"], "muted")


def _choices(card: Part) -> tuple[tuple[Choice, ...], list[str]]:
    """The lists that can still be chosen from, and what stands in the others as text."""
    drop_downs = [card.get("button_selection"), *(card.get("select_list") or ())]
    box = card.get("checkbox")
    open_ones, settled = [], []
    for part in (*drop_downs, box):
        if not isinstance(part, dict):
            continue
        options = tuple((option["id"], option["text"]) for option in part["option_list"])
        chosen = (_checked if part is box else _preset)(part)
        title = _text(part, "title")
        if part.get("disable") or _replaced(card):
            labels = "、".join(label for option, label in options if option in chosen)
            settled.append(f"{title}：{labels}" if title else labels)
        else:
            several = part.get("mode") == 1
            open_ones.append(Choice(part["question_key"], title, options, several, chosen))
    return tuple(open_ones), [text for text in settled if text]


def _preset(part: Part) -> tuple[str, ...]:
    """A drop-down always holds something: the first when nothing else, or nothing that exists, is said."""
    ids = [str(option["id"]) for option in part["option_list"]]
    wanted = part.get("selected_id")
    return (wanted,) if isinstance(wanted, str) and wanted in ids else (ids[0],)


def _checked(part: Part) -> tuple[str, ...]:
    return tuple(str(option["id"]) for option in part["option_list"] if option.get("is_checked"))
