"""What every button must be: short, told apart from its neighbours, and understood as if it were typed."""

import re
from functools import cache

from bot.points_file import load_catalogue
from handlers import menu
from messages.commands import Arguments, Command, Understood
from messages.outgoing import LONGEST_LABEL, MOST_CHOICES, MOST_OPTIONS, Answer, Buttons, Choice, Reply
from messages.refs import split_ref
from messages.taps import LONGEST_TITLE
from messages.understanding.read import Reader
from messages.understanding.speakers import SPEAKERS

_WORDS = sorted((command.value for command in Command), key=len, reverse=True)
_GRADES = ("优秀",)
_CODE = re.compile(r"[ABC]\d+")


@cache
def reader() -> Reader:
    return Reader(load_catalogue(None))


def shown(said: Answer | Reply | None) -> list[str]:
    """The title, and each button with what it says, as one reads them; references are left out."""
    buttons = None if said is None else said.buttons
    if buttons is None:
        return []
    lines = [buttons.about, *(f"[{one.label}] {split_ref(one.says)[0]}" for one in buttons.choices)]
    if buttons.pick is not None:
        options = " ".join(said for said, _ in buttons.pick.options)
        lines.append(f"[{buttons.pick.label}] {buttons.pick.says}: {options}")
    return lines


def check(said: Answer | Reply) -> None:
    """Of whatever was answered."""
    buttons = said.buttons
    if buttons is None:
        return
    assert 0 < len(buttons.about) <= LONGEST_TITLE, buttons.about
    labels = [one.label for one in buttons.choices]
    assert all(0 < len(label) <= LONGEST_LABEL for label in labels), labels
    assert len(set(labels)) == len(labels) <= MOST_CHOICES, labels
    for choice in buttons.choices:
        understood_as_intended(choice)
    _check_pick(buttons)


def _check_pick(buttons: Buttons) -> None:
    pick = buttons.pick
    if pick is None:
        return
    assert 0 < len(pick.options) <= MOST_OPTIONS
    assert 0 < len(pick.label) <= LONGEST_LABEL
    codes = [said for said, _ in pick.options[:3]]
    said = " ".join((pick.says, *codes))
    understood = reader().read(said)
    assert understood.command is Command.CHOOSE, said
    assert list(understood.arguments.codes) == said.split()[1:]


def understood_as_intended(choice: Choice) -> None:
    words, ref = split_ref(choice.says)
    if words.isdecimal():
        assert ref, "a digit knows its menu"
        assert menu.digit_in(words) == int(words)
        return
    understood = reader().read(words)
    if understood.command is None and not understood.silent:  # as the intake reads once more
        understood = reader().read(words, roles=frozenset(SPEAKERS.values()))
    if words.startswith("收到 "):
        assert understood == Understood(silent=True)
        return
    command = next(Command(word) for word in _WORDS if words.startswith(word))
    assert understood == Understood(command=command, arguments=_meant(words.removeprefix(command.value))), (
        choice
    )


def _meant(rest: str) -> Arguments:
    """What stands behind the word of a command, by its form."""
    words = rest.split()
    others = [word for word in words if not word.isdecimal() and not _CODE.fullmatch(word)]
    return Arguments(
        numbers=tuple(int(word) for word in words if word.isdecimal()),
        codes=tuple(word for word in words if _CODE.fullmatch(word)),
        grade=next((word for word in others if word in _GRADES), ""),
        filter=next((word for word in others if word not in _GRADES), ""),
    )
