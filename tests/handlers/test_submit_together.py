"""Two telephones of one person, at the same moment."""

import threading

import pytest

from messages.commands import Command
from storage.submissions import of_author, versions_of
from tests.handlers.conftest import TEACHER, County, settle


@pytest.fixture
def at_once(database, plan, catalogue):
    """Does what the functions do, each in a transaction of its own, as nearly at once as can be."""
    with database.writing() as connection:
        settle(connection, plan, catalogue)
        County(connection, plan, catalogue).ask(TEACHER, Command.CHOOSE, codes=("A5", "B2", "B9"))

    def run(*deeds):
        ready, said = threading.Barrier(len(deeds)), [""] * len(deeds)

        def do(place, deed):
            ready.wait()
            with database.writing() as connection:
                said[place] = deed(County(connection, plan, catalogue))

        threads = [threading.Thread(target=do, args=pair) for pair in enumerate(deeds)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return said

    return run


def handing_in(link):
    return lambda county: county.ask(TEACHER, Command.SUBMIT, codes=("A5",), links=(link,))


def test_two_links_for_one_point_become_two_versions_of_one_submission(at_once, database):
    said = at_once(*(handing_in(f"https://files.example.com/{n}") for n in range(4)))

    with database.engine.connect() as connection:
        (one,) = of_author(connection, TEACHER)
        assert one.version == 4
        assert len({version.links[0].url for version in versions_of(connection, one.number)}) == 4
    assert sum("第" not in answer.splitlines()[0] for answer in said) == 1


def test_the_same_link_twice_is_one_receipt(at_once, database):
    said = at_once(*[handing_in("https://files.example.com/1")] * 3)

    with database.engine.connect() as connection:
        (one,) = of_author(connection, TEACHER)
        assert one.version == 1
    assert sorted(answer.startswith("这份已经收过") for answer in said) == [False, True, True]


def test_a_point_is_not_exchanged_under_what_is_just_being_handed_in(at_once, database):
    """Whichever comes first: nothing waits for a point that nobody has chosen."""
    at_once(
        handing_in("https://files.example.com/1"),
        lambda county: county.ask(TEACHER, Command.SWAP, codes=("A5", "A6")),
    )

    with database.engine.connect() as connection:
        papers = of_author(connection, TEACHER)
        chosen = set(County(connection, None, None).turn(TEACHER).person.chosen)
        assert {one.code for one in papers if one.state == "waiting"} <= chosen
