"""The doors through which people reach the bot: the same story is told over each that it may be about."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum, unique

import pytest

from bot.tenant.installation import Installation
from bot.tenant.people import Chat, Platform, Room
from tests.kit.installation import AIBOT, APP, ROBOT


@unique
class Door(StrEnum):
    """How a person's words get in; beside it the other platform stands as in `INSTALLATION`."""

    WECOM = "wecom"  # the app, which WeCom calls
    BESIDE = "wecom+aibot"  # people talk to the app, and groups to the AI bot beside it
    AIBOT = "aibot"  # the AI bot alone, on its long connection
    AIBOT_CALLED = "aibot-callback"  # the AI bot alone, which WeCom calls: it writes to nobody unasked
    BESIDE_CALLED = "wecom+aibot-callback"  # as BESIDE, but WeCom calls both
    DINGTALK = "dingtalk"  # the robot, which DingTalk calls
    STREAM = "stream"  # the robot on its connection

    @property
    def platform(self) -> Platform:
        return Platform.DINGTALK if self in (Door.DINGTALK, Door.STREAM) else Platform.WECOM

    @property
    def installation(self) -> Installation:
        return _INSTALLATIONS[self]


_CALLED = replace(AIBOT, token="exampleaibottoken", encoding_aes_key="a" * 43)
_INSTALLATIONS = {
    Door.WECOM: Installation(app=APP, robot=ROBOT),
    Door.BESIDE: Installation(app=APP, aibot=AIBOT, robot=ROBOT),
    Door.AIBOT: Installation(aibot=AIBOT, robot=ROBOT),
    Door.AIBOT_CALLED: Installation(aibot=_CALLED, robot=ROBOT),
    Door.BESIDE_CALLED: Installation(app=APP, aibot=_CALLED, robot=ROBOT),
    Door.DINGTALK: Installation(app=APP, robot=ROBOT),
    Door.STREAM: Installation(app=APP, robot=replace(ROBOT, stream=True)),
}

CALLED = (Door.WECOM, Door.DINGTALK)
"""Whose answer stands in the response to a request; the others have connections."""
DOORS = (Door.WECOM, Door.AIBOT, Door.DINGTALK, Door.STREAM)
GROUPS_HEARD_ON = (Door.BESIDE, Door.AIBOT, Door.DINGTALK, Door.STREAM)
"""Where the bot hears groups: on WeCom only the AI bot does."""

_ON_BOTH_DATABASES = frozenset({"test_first_day", "test_groups", "test_once"})
"""Of the newer doors only these stories: how an answer is stored has little to do with how it is said."""
_OVER_THE_CALLED_AIBOT = frozenset({"test_first_day", "test_evidence", "test_once"})
_NOT_OVER_IT = frozenset(
    {
        "test_a_point_is_given_up_with_what_was_handed_in_for_it",  # somebody is told unasked
        "test_two_processes_that_get_the_same_message_at_once_answer_the_same",  # over 30 answers in a minute
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    """How the words said in one chat travel: by what name faults are aimed, and whether a response answers."""

    callback: str
    connected: bool


def way_of(chat: Chat, installation: Installation) -> Way:
    """In groups of WeCom only an AI bot hears."""
    robot, aibot = installation.robot, installation.aibot
    if chat.platform is Platform.DINGTALK:
        stream = robot is not None and robot.stream
        return Way("dingtalk.stream", connected=True) if stream else Way("dingtalk.callback", connected=False)
    if chat.room is Room.APP or aibot is None:
        return Way("wecom.callback", connected=False)
    return Way("wecom.aibot.msg_callback", connected=not aibot.token)


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A story that asks for `platform`, or for whoever lives on it, is told over several doors.

    `group_platform` leaves those that hear groups; `by_callback` those that the platforms call; `with_app` on
    WeCom only the app.
    """
    asked = metafunc.fixturenames
    if "door" not in asked:
        return
    doors = list(_doors(metafunc))
    if "database_url" not in asked or _is_chosen(metafunc, "database_url"):
        metafunc.parametrize("door", doors, ids=str, indirect=True)
        return
    pairs = [
        pytest.param(door, database, id=f"{door}-{database}")
        for door in doors
        for database in ("sqlite", "postgresql")
        if database == "sqlite" or door in CALLED or _story(metafunc) in _ON_BOTH_DATABASES
    ]
    # As a mark, because the fixture of the databases has parameters of its own, to which only marks are preferred.
    metafunc.definition.add_marker(pytest.mark.parametrize(("door", "database_url"), pairs, indirect=True))


def _doors(metafunc: pytest.Metafunc) -> Iterator[Door]:
    asked = metafunc.fixturenames
    in_group = "group_platform" in asked
    if "by_callback" in asked:
        yield from CALLED
    elif "with_app" in asked:
        yield from (door for door in DOORS if door is not Door.AIBOT)
    else:
        yield from GROUPS_HEARD_ON if in_group else DOORS
        if _story(metafunc) in _OVER_THE_CALLED_AIBOT and metafunc.function.__name__ not in _NOT_OVER_IT:
            yield Door.BESIDE_CALLED if in_group else Door.AIBOT_CALLED


def _is_chosen(metafunc: pytest.Metafunc, name: str) -> bool:
    marks = metafunc.definition.iter_markers("parametrize")
    return any(name in str(mark.args[0]) for mark in marks)


def _story(metafunc: pytest.Metafunc) -> str:
    return metafunc.module.__name__.rpartition(".")[2]
