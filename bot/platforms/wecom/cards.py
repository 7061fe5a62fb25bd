"""Template cards of WeCom's application and of its AI bot: what can be tapped, what a tap says, what it leads to.

Official documents 90236 (application), 101032 (AI bot), 94888 (updates). The key of a button holds what it says
and the title of its card, so that a card is settled without anybody's having kept it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from messages.outgoing import (
    LONGEST_LABEL,
    MOST_CHOICES,
    MOST_OPTIONS,
    NOTHING,
    Buttons,
    Choice,
    Pick,
    Reply,
    Style,
)
from messages.refs import referring, split_ref
from messages.taps import is_for_nothing

BUTTONS: Final = "button_interaction"
VOTE: Final = "vote_interaction"
QUESTION: Final = "picked"
"""The only question that a vote asks."""

_LONGEST_KEY: Final = 1024  # bytes
_LONGEST_ID: Final = 128  # bytes, of an option
_TITLE: Final = 26  # characters that are advised, as the next three
_DESCRIPTION: Final = 30
_SUBTITLE: Final = 112
_OPTION: Final = 30
_STYLES: Final = {Style.MAIN: 1, Style.PLAIN: 2, Style.CAREFUL: 3}
_SPENT: Final = "已点过"
_NONE_PICKED: Final = "没有选"
_NO_TITLE: Final = "请选择"
_SEVERAL: Final = 1
_MARKS: Final = ("### ", "- ", "> ", "· ")  # of `messages.rendering`, before the words of a line

Card = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tapped:
    """What somebody has said by a card, and what is needed to settle it."""

    says: str
    about: str
    picked: tuple[str, ...] | None = None  # of a vote; None = the card has buttons


def card_of(buttons: Buttons | None, task_id: str, *, text: str = "") -> Card | None:
    """The card with these buttons, None where nothing fits, or nothing is worth a second message.

    A card has either a list or buttons: the list wins.

    `task_id`: unique for all cards of the bot; `[0-9A-Za-z_@-]`, ≤ 128 bytes. `text`: a line below the title.
    """
    if buttons is None or buttons.aside:
        return None
    if buttons.pick is not None:
        return _vote(buttons.about, buttons.pick, task_id, text)
    return _choice(buttons.about, buttons.choices, task_id, text)


def tapped(event_key: str, selected: Mapping[str, Sequence[str]] | None = None) -> Tapped | None:
    """What a tap says; None for the key of a card that is none of ours. `selected`: option ids by question."""
    try:
        found = json.loads(event_key)
    except (ValueError, RecursionError):
        return None
    match found:
        case [str(says), str(about)] if says:
            return Tapped(says=says, about=about)
        case [str(says), str(about), 1] if says:
            picked = tuple((selected or {}).get(QUESTION, ()))
            words, ref = split_ref(says)
            said = " ".join((words, *picked))
            return Tapped(says=referring(said, ref) if ref else said, about=about, picked=picked)
    return None


def settled_card(tap: Tapped, task_id: str, outcome: str) -> Card:
    """The card that takes the place of the tapped one: what came of it, and nothing to tap any more.

    Any card may become one of any type (document 94888), and one with buttons shows more words than a vote.
    """
    card = _face(BUTTONS, tap.about, task_id, _shortened(outcome, _SUBTITLE))
    if tap.picked is not None:
        card["main_title"]["desc"] = _shortened(" ".join(tap.picked) or _NONE_PICKED, _DESCRIPTION)
    spent = {"text": _SPENT, "style": _STYLES[Style.PLAIN], "key": "spent"}
    return {**card, "button_list": [spent], "replace_text": _SPENT}


def outcome_of(reply: Reply) -> str:
    """The first line of an answer, without what makes it a heading or an item."""
    first = next((line for line in reply.body.split("\n") if line.strip()), "").strip()
    for mark in _MARKS:
        first = first.removeprefix(mark)
    return first


def _choice(about: str, choices: Sequence[Choice], task_id: str, text: str) -> Card | None:
    rows: dict[str, Card] = {}
    for choice in choices:
        key, label = _key(choice.says, about), _shortened(choice.label, LONGEST_LABEL)
        if key and label:
            rows.setdefault(key, {"text": label, "style": _STYLES[choice.style], "key": key})
    if not rows:
        return None
    return {
        **_face(BUTTONS, about, task_id, _shortened(text, _SUBTITLE)),
        "button_list": list(rows.values())[:MOST_CHOICES],
    }


def _vote(about: str, pick: Pick, task_id: str, text: str) -> Card | None:
    key = _key(pick.says, about, 1)
    options = {said: shown for said, shown in pick.options if 0 < len(said.encode()) <= _LONGEST_ID}
    if not key or not options:
        return None
    return {
        **_face(VOTE, about, task_id, _shortened(text, _DESCRIPTION)),
        "checkbox": {
            "question_key": QUESTION,
            "option_list": [
                {"id": said, "text": _shortened(shown, _OPTION) or said, "is_checked": False}
                for said, shown in list(options.items())[:MOST_OPTIONS]
            ],
            "mode": _SEVERAL,
        },
        "submit_button": {"text": _shortened(pick.label, LONGEST_LABEL), "key": key},
    }


def _face(kind: str, about: str, task_id: str, below: str) -> Card:
    """A card with buttons has a line of its own for `below`, a vote shows it beside the title."""
    title = {"title": _shortened(about, _TITLE) or _NO_TITLE}
    if kind == VOTE:
        return {
            "card_type": kind,
            "main_title": title | ({"desc": below} if below else {}),
            "task_id": task_id,
        }
    card = {"card_type": kind, "main_title": title, "task_id": task_id}
    return card | ({"sub_title_text": below} if below else {})


def _key(says: str, about: str, *more: int) -> str:
    """Empty where the words do not fit: they must never be cut."""
    key = json.dumps([says, _shortened(about, _TITLE), *more], ensure_ascii=False, separators=(",", ":"))
    return key if says and len(key.encode()) <= _LONGEST_KEY else ""


def _shortened(text: str, most: int) -> str:
    """On one line."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def is_left(reply: Reply) -> bool:
    """Whether the card stays as it is, and may show already what came of a former tap.

    In a group somebody may have tapped what another person was asked, who still may. A repetition knows of no answer.
    """
    return reply == NOTHING or is_for_nothing(reply)
