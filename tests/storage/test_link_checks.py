"""Which links are due, and what is written down about them."""

import pytest

from bot.policy.evidence import EvidenceState
from storage.authors import set_extraction
from storage.link_checks import not_looked_at, record, to_look_at_again
from tests.link_check import county

A, B, C = "https://a.example/1", "https://b.example/2", "https://c.example/3"


@pytest.fixture
def settled(database):
    county.settle(database)
    return database


def new(database, most=50):
    with database.reading() as connection:
        return not_looked_at(connection, most)


def again(database, most=50, well_before=1000, ill_before=5000):
    with database.reading() as connection:
        return [
            link.number
            for link in to_look_at_again(
                connection, well_before=well_before, ill_before=ill_before, most=most
            )
        ]


def test_every_link_of_a_submission_is_new_with_all_that_is_needed(settled):
    number = county.submit(settled, "A5", A, B, extraction="8k2d")

    second, first = new(settled)

    assert (first.number, first.author_id, first.code, first.state) == (
        number,
        county.AUTHOR,
        "A5",
        EvidenceState.WAITING,
    )
    assert [(link.position, link.of, link.url, link.extraction) for link in (first, second)] == [
        (1, 2, A, "8k2d"),
        (2, 2, B, "8k2d"),
    ]


def test_what_was_handed_in_last_comes_first(settled):
    for code, url in (("A1", A), ("A5", B), ("B2", C)):
        county.submit(settled, code, url)

    assert [link.url for link in new(settled)] == [C, B, A]
    assert [link.url for link in new(settled, most=2)] == [C, B]


def test_only_the_newest_version_is_looked_at(settled):
    number = county.submit(settled, "A5", A)
    county.was_found(settled, number, "gone", checked_at=1)
    county.submit_again(settled, number, B)

    assert [link.url for link in new(settled)] == [B]
    assert again(settled) == []


def test_nobody_looks_at_what_was_withdrawn(settled):
    number = county.submit(settled, "A5", A)
    county.becomes(settled, number, EvidenceState.WITHDRAWN)

    assert new(settled) == ()
    county.was_found(settled, number, "reachable", checked_at=1)
    assert again(settled) == []


@pytest.mark.parametrize("state", [EvidenceState.PASSED, EvidenceState.RETURNED])
def test_what_was_decided_is_still_watched(settled, state):
    number = county.submit(settled, "A5", A)
    county.becomes(settled, number, state)
    county.was_found(settled, number, "reachable", checked_at=1)

    assert again(settled) == [number]


@pytest.mark.parametrize(
    ("finding", "unanswered", "checked_at", "due"),
    [
        ("reachable", 0, 1000, True),
        ("reachable", 0, 1001, False),
        ("moved", 0, 1001, False),
        ("inward", 0, 1001, False),
        ("", 0, 1001, False),
        ("gone", 0, 1001, True),
        ("asks", 0, 5000, True),
        ("asks", 0, 5001, False),
        ("no_answer", 3, 5000, True),
        # Silent for a day: it is asked again tomorrow, not next week.
        ("reachable", 1, 5000, True),
        ("", 1, 5000, True),
    ],
)
def test_what_was_in_order_waits_longer(settled, finding, unanswered, checked_at, due):
    number = county.submit(settled, "A5", A)
    county.was_found(settled, number, finding, checked_at=checked_at, unanswered=unanswered)

    assert again(settled) == ([number] if due else [])


def test_what_was_looked_at_longest_ago_comes_first(settled):
    numbers = [county.submit(settled, code, A) for code in ("A1", "A5", "B2")]
    for number, checked_at in zip(numbers, (30, 10, 20), strict=True):
        county.was_found(settled, number, "reachable", checked_at=checked_at)

    assert again(settled) == [numbers[1], numbers[2], numbers[0]]
    assert again(settled, most=1) == [numbers[1]]


def test_what_was_found_is_written_down(settled):
    county.submit(settled, "A5", A)
    (link,) = new(settled)

    with settled.writing() as connection:
        assert record(connection, link, finding="gone", unanswered=2, at=99)
    assert county.kept(settled) == [("gone", 2, True)]
    assert new(settled) == ()


@pytest.mark.parametrize("change", ["withdrawn", "newer version", "extraction"])
def test_what_has_changed_meanwhile_is_left_alone(settled, change):
    number = county.submit(settled, "A5", A)
    (link,) = new(settled)
    if change == "withdrawn":
        county.becomes(settled, number, EvidenceState.WITHDRAWN)
    elif change == "newer version":
        county.submit_again(settled, number, B)
    else:
        with settled.writing() as connection:
            connection.execute(
                county.evidence_link.update()
                .where(county.evidence_link.c.number == number)
                .values(extraction="8k2d")
            )

    with settled.writing() as connection:
        assert not record(connection, link, finding="asks", unanswered=0, at=99)
    assert county.kept(settled)[0] == ("", 0, False)


def test_a_link_whose_code_has_come_is_looked_at_again_soon(settled):
    number = county.submit(settled, "A5", A)
    county.was_found(settled, number, "asks", checked_at=4000)

    with settled.writing() as connection:
        set_extraction(connection, number, 1, 1, "8k2d")
    assert [link.number for link in new(settled)] == [number]
