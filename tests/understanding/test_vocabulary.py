"""The tables: slips sound like what they stand for, abbreviations abbreviate, aliases point somewhere."""

import re
from itertools import product

import pytest
from pypinyin import Style, lazy_pinyin, pinyin

from messages.commands import Command
from messages.understanding.exact import exact_lines
from messages.understanding.homophones import Homophones
from messages.understanding.nearest import HARMLESS

SLIPS = sorted(Homophones().words.items())
# What speech input and north-eastern ears do not tell apart.
CONFUSED = [("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"), ("h", "f"), ("ui", "ei"), ("ue", "ie"), ("uan", "an"), ("iao", "ao"), ("ian", "an")]  # fmt: skip


def sounds(character: str) -> set[str]:
    found = set()
    for sound in pinyin(character, style=Style.NORMAL, heteronym=True)[0]:
        folded = sound
        for strange, usual in CONFUSED:
            folded = folded.replace(strange, usual)
        found.add(folded)
    return found


def near(one: set[str], other: set[str]) -> bool:
    """The same sound, or one letter away."""
    return any(a == b or a[0] == b[0] or a[1:] == b[1:] for a, b in product(one, other))


@pytest.mark.parametrize(("typed", "meant"), SLIPS)
def test_a_slip_has_the_length_and_nearly_the_sound_of_what_is_meant(typed, meant):
    assert len(typed) == len(meant)
    assert typed != meant
    for one, other in zip(typed, meant, strict=True):
        assert near(sounds(one), sounds(other)), (one, other)


def test_no_slip_stands_in_a_word_that_is_right():
    slips = [typed for typed, _ in SLIPS]
    right = [line for line in exact_lines() if any(slip in line for slip in slips)]
    assert right == []


def test_opposites_are_never_mended():
    assert not {"补教", "不教", "一教", "不交", "补交", "已交"} & set(Homophones().words)


def test_abbreviations_are_the_sounds_of_a_line_of_the_same_command():
    lines = exact_lines()
    english = {"help", "Help", "HELP", "hi", "hello", "Hi", "Hello", "h", "H", "ddl", "DDL", "deadline"}
    for typed, understood in lines.items():
        if not re.fullmatch("[a-zA-Z]+", typed) or typed in english:
            continue
        same = [
            line
            for line, other in lines.items()
            if other.command is understood.command and not line.isascii()
        ]
        spelled = {"".join(lazy_pinyin(line)) for line in same}
        initials = {"".join(lazy_pinyin(line, style=Style.FIRST_LETTER)) for line in same}
        assert typed in spelled | initials, typed


def test_only_questions_are_acted_on_when_misspelt():
    asking = {command for command in Command if command not in HARMLESS}
    assert {
        Command.SUBMIT, Command.CHOOSE, Command.SWAP, Command.WITHDRAW, Command.APPROVE, Command.SEND_BACK, Command.ANNOUNCE,
        Command.REMIND, Command.CONFIRM, Command.REOPEN, Command.CANCEL, Command.CORRECT, Command.RESEND, Command.SCOPE,
    } <= asking  # fmt: skip
