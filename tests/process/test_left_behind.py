"""A journal that several processes share: what somebody keeps is theirs, and what nobody keeps is anybody's."""

import os

import pytest

from bot.journal import LOOKS_UNTOUCHED, Journal
from messages.incoming import IncomingMessage, Kind, Platform


def message(key):
    return IncomingMessage(
        platform=Platform.DINGTALK, key=key, account="demo_1", chat="", kind=Kind.TEXT, text=key, sent_at=1
    )


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "journal"


def looks(journal, other=None):
    """As often as it takes; what was found by then."""
    found = []
    for _ in range(LOOKS_UNTOUCHED + 1):
        if other is not None:
            other.touch()
        found += journal.left_behind()
    return [one.key for one in found]


def test_what_nobody_touches_is_taken_once_in_the_order_in_which_it_came(folder):
    gone, here = Journal(folder), Journal(folder)
    for number in range(5):
        gone.keep(message(f"m{number}"))
        (path,) = folder.glob(f"*{gone._path(message(f'm{number}')).name}")
        os.utime(path, ns=(0, number * 1_000_000_000))
    gone.touch()

    assert looks(here) == ["m0", "m1", "m2", "m3", "m4"]
    assert looks(here) == []


def test_what_somebody_touches_is_left_to_them_and_so_is_ones_own(folder):
    alive, here = Journal(folder), Journal(folder)
    alive.keep(message("theirs"))
    here.keep(message("mine"))

    assert looks(here, other=alive) == []
    assert looks(here) == ["theirs"]  # since nobody touches it any more


def test_a_third_process_leaves_alone_what_another_has_taken(folder):
    gone, second, third = Journal(folder), Journal(folder), Journal(folder)
    gone.keep(message("m"))
    assert looks(second) == ["m"]

    assert looks(third, other=second) == []
    second.drop(message("m"))
    assert looks(third) == []


def test_a_file_that_vanishes_while_it_is_read_is_nothing(folder, monkeypatch):
    gone, here = Journal(folder), Journal(folder)
    gone.keep(message("m"))
    read = type(folder).read_text
    monkeypatch.setattr(
        type(folder), "read_text", lambda path, **more: (path.unlink(), read(path, **more))[1]
    )

    assert here.waiting() == []
    monkeypatch.undo()
    here.drop(message("m"))
