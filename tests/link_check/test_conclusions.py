"""What follows from a look."""

import pytest

from bot.link_check.conclusions import Conclusion, conclude
from bot.link_check.verdict import NOTHING_LEARNED, Verdict
from bot.policy.links import Finding

SITE, BAIDU = "http://school.example/a", "https://pan.baidu.com/s/1abc"
SILENT = Verdict(Finding.NO_ANSWER, heard=False)


@pytest.mark.parametrize(
    ("verdict", "conclusion"),
    [
        (Verdict(Finding.REACHABLE), Conclusion("reachable", 0)),
        (Verdict(Finding.MOVED), Conclusion("moved", 0)),
        (Verdict(Finding.INWARD), Conclusion("inward", 0)),
        (Verdict(Finding.GONE), Conclusion("gone", 0, tell=True)),
        (Verdict(Finding.ASKS), Conclusion("asks", 0, tell=True)),
        # A page that says nothing leaves what was known; but somebody is there.
        (NOTHING_LEARNED, Conclusion("reachable", 0)),
        # A link that must not be looked at at all.
        (Verdict(None, heard=False), Conclusion("reachable", 2)),
    ],
)
def test_what_was_found_replaces_what_was_known(verdict, conclusion):
    assert conclude(SITE, "reachable", 2, verdict, world_heard=True) == conclusion


def test_three_silent_days_make_a_link_that_does_not_open():
    first = conclude(SITE, "", 0, SILENT, world_heard=True)
    second = conclude(SITE, first.finding, first.unanswered, SILENT, world_heard=True)
    third = conclude(SITE, second.finding, second.unanswered, SILENT, world_heard=True)

    assert (first, second) == (Conclusion("", 1), Conclusion("", 2))
    assert third == Conclusion("no_answer", 3, tell=True)


def test_an_answer_in_between_begins_the_count_anew():
    answered = conclude(SITE, "", 2, Verdict(Finding.REACHABLE), world_heard=True)

    assert conclude(SITE, answered.finding, answered.unanswered, SILENT, world_heard=True) == Conclusion(
        "reachable", 1
    )


def test_a_drive_that_is_silent_is_not_the_authors_fault():
    assert conclude(BAIDU, "reachable", 30, SILENT, world_heard=True) == Conclusion("reachable", 31)


@pytest.mark.parametrize("finding", [Finding.NO_ANSWER, Finding.INWARD])
def test_nothing_is_concluded_when_nobody_at_all_answers(finding):
    """Behind a page for logging in to the network every name leads inward."""
    assert conclude(SITE, "", 2, Verdict(finding, heard=False), world_heard=False) is None


def test_a_drive_never_lies_in_a_private_network():
    inward = Verdict(Finding.INWARD, heard=False)

    assert conclude(BAIDU, "reachable", 0, inward, world_heard=True) == Conclusion("reachable", 1)
    assert conclude(SITE, "reachable", 0, inward, world_heard=True) == Conclusion("inward", 0)


def test_a_servers_own_fault_counts_like_silence():
    assert conclude(SITE, "", 2, Verdict(Finding.NO_ANSWER), world_heard=True) == Conclusion(
        "no_answer", 3, tell=True
    )
