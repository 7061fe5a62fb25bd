"""More ids than a statement takes parameters: a province has sixty thousand groups."""

from bot.policy.people import Whereabouts
from storage.crowd import MOST_PARAMETERS, pieces
from storage.groups import groups_among
from storage.names import names_of, school_names
from storage.review import reviewers_for
from storage.unit_standings import by_group
from tests.bench import generator

MANY = range(1, 70_001)  # PostgreSQL stops at 65,535


def test_pieces_have_each_id_once_in_order():
    found = list(pieces([*reversed(MANY), 1, 2]))
    assert [one for piece in found for one in piece] == list(MANY)
    assert max(map(len, found)) == MOST_PARAMETERS


def test_all_of_a_province_can_be_asked_for_at_once(database):
    generator.generate(database, 60, 2)
    with database.reading() as connection:
        assert len(names_of(connection, MANY)) == 60
        assert sorted(school_names(connection, MANY)) == [1, 2]
        groups = groups_among(connection, MANY)
        assert [group.group_id for group in groups] == [1, 2, 3, 4]
        assert by_group(connection, MANY) == by_group(connection, [group.group_id for group in groups])


def test_reviewers_are_the_same_whoever_else_is_asked_for(database):
    generator.generate(database, 60, 2)
    few = [Whereabouts(number, number % 2 + 1, number % 4 + 1) for number in range(1, 61)]
    many = [*few, *(Whereabouts(number, number, number) for number in range(100, 70_000))]
    with database.reading() as connection:
        alone, among_many = reviewers_for(connection, few), reviewers_for(connection, many)
    assert {number: among_many[number] for number in alone} == alone
    assert any(one.leaders for one in alone.values())
