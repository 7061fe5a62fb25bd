"""The table of commands: who may, and what it refuses to hold."""

import pytest

from handlers.entry import Entry, Room, Who, table
from handlers.registry import REGISTRY
from messages.commands import Command
from messages.outgoing import SILENCE

pytestmark = pytest.mark.one_database  # who may what is no statement

EVERYBODY = ("stranger", "teacher", "leader", "admin", "principal", "office", "overseer")


def says_nothing(_turn):
    return SILENCE


def entry(**changes):
    fields = {
        "command": Command.HELP,
        "handler": says_nothing,
        "who": frozenset({Who.EVERYONE}),
        "room": Room.ANYWHERE,
        "changes": False,
        "summary": "x",
        "example": "x",
    }
    return Entry(**(fields | changes))


def test_an_entry_without_permission_cannot_be_made():
    with pytest.raises(TypeError, match="who"):
        Entry(
            command=Command.HELP,
            handler=says_nothing,
            room=Room.ANYWHERE,
            changes=False,
            summary="x",
            example="x",
        )
    with pytest.raises(ValueError, match="帮助: nobody may use it"):
        entry(who=frozenset())


def test_those_who_only_read_are_never_let_change_anything():
    with pytest.raises(ValueError, match="帮助: 领导小组 only reads"):
        entry(who=frozenset({Who.OVERSIGHT}), changes=True)


def test_a_command_that_is_listed_twice_fails():
    with pytest.raises(ValueError, match="帮助: listed twice"):
        table([entry(), entry()])


def test_every_entry_explains_itself_by_an_example_of_its_own_command():
    for command, one in REGISTRY.items():
        assert one.command is command
        assert one.example.split(" ")[0] == command.value
        assert one.summary


# fmt: off
MATRIX = {
    #                             stranger teacher leader admin principal office overseer
    Command.WHAT_IS_MISSING:      ".xxxxxx",
    Command.MY_HOURS:             ".xxxxxx",
    Command.MY_POINTS:            ".xxxxxx",
    Command.WHY:                  ".xxxxxx",
    Command.NO_REMINDERS:         ".xxxxxx",
    Command.REMINDERS_AGAIN:      ".xxxxxx",
    Command.MY_DATA:              ".xxxxxx",
    Command.MY_PAGE:              ".xxxxxx",
    Command.RECOMMEND:            ".xxxxxx",
    Command.CHOOSE:               ".xxxxxx",
    Command.SWAP:                 ".xxxxxx",
    Command.POINT:                ".xxxxxx",
    Command.POINT_LIST:           ".xxxxxx",
    Command.SUBMIT:               ".xxxxxx",
    Command.MY_EVIDENCE:          ".xxxxxx",
    Command.WITHDRAW:             ".xxxxxx",
    Command.QUEUE:                "..xxxx.",
    Command.VIEW:                 ".xxxxxx",
    Command.APPROVE:              "..xxxx.",
    Command.SEND_BACK:            "..xxxx.",
    Command.REOPEN:               ".....x.",
    Command.GROUP_PROGRESS:       "..x....",
    Command.SCHOOL_PROGRESS:      "...xxxx",
    Command.SCHOOL_LIST:          "...xx..",
    Command.BEHIND:               "..xxxx.",
    Command.REMIND:               "..xxxx.",
    Command.COUNTY_PROGRESS:      ".....xx",
    Command.SCHOOL_RANKING:       ".xxxxxx",
    Command.RANKING:              ".xxxxxx",
    Command.APPEAL:               ".xxxxxx",
    Command.APPEALS:              "...xxxx",
    Command.ANSWER:               "...xxx.",
    Command.CORRECT:              ".....x.",
    Command.ACCEPTANCE:           ".....xx",
    Command.FREEZE:               ".....x.",
    Command.UNFREEZE:             ".....x.",
    Command.SCOPE:                "...xx..",
    Command.CASE:                 ".xxxxxx",
    Command.CONSENT:              ".xxxxxx",
    Command.DISSENT:              ".xxxxxx",
    Command.THEME:                ".xxxxxx",
    Command.ACTIVITY:             "..x....",
    Command.BULLETIN:             "..x....",
    Command.DRAFT_BULLETIN:       "..x....",
    Command.FILE:                 "...xx..",
    Command.DUTIES:               "...xx..",
    Command.TICK:                 "...xx..",
    Command.UNTICK:               "...xx..",
    Command.SUMMARY:              "...xx..",
    Command.FILINGS:              "...xxxx",
    Command.CODE:                 "...xxx.",
    Command.ANNOUNCE:             ".....x.",
    Command.DELIVERY:             ".....xx",
    Command.RESEND:               ".....x.",
    Command.SCHEDULE:             ".....x.",
    Command.UNFILED:              ".....xx",
    Command.ACCEPT_FILING:        ".....x.",
    Command.RETURN_FILING:        ".....x.",
    Command.IMPORT:               ".....x.",
    Command.BIND_GROUP:           ".....x.",
    Command.STATUS:               ".....xx",
    Command.OFFICE_PAGE:          ".....xx",
    Command.EXPORT:               ".....xx",
    Command.DEADLINES:            "xxxxxxx",
    Command.WHO_AM_I:             "xxxxxxx",
    Command.BIND:                 "xxxxxxx",
    Command.MORE:                 "xxxxxxx",
    Command.CANCEL:               "xxxxxxx",
    Command.HELP:                 "xxxxxxx",
}
# fmt: on


def test_the_matrix_covers_the_table():
    assert MATRIX.keys() == REGISTRY.keys()


@pytest.mark.parametrize("command", MATRIX)
def test_who_may_use_a_command(county, command):
    people = dict(zip(EVERYBODY, ("stranger", 1, 2, 3, 4, 5, 6), strict=True))
    admitted = [
        name for name, person in people.items() if REGISTRY[command].admits(county.turn(person, command))
    ]

    assert admitted == [name for name, cell in zip(EVERYBODY, MATRIX[command], strict=True) if cell == "x"]
