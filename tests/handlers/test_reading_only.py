"""A batch reads everybody once and trusts that as long as only questions were asked; so questions change nobody."""

import pytest
from sqlalchemy import select

from handlers.registry import REGISTRY
from storage.tables import account, certification, choice, person, practice_entry, role, standing
from tests.handlers.conftest import TEACHER

WHO_SOMEBODY_IS = (account, certification, choice, person, practice_entry, role, standing)


def everybody(county):
    return [county.connection.execute(select(table)).all() for table in WHO_SOMEBODY_IS]


@pytest.mark.parametrize(
    "command", [command for command, entry in REGISTRY.items() if not entry.changes], ids=str
)
def test_a_question_leaves_everybody_as_they_were(county, command):
    before = everybody(county)

    assert county.ask(TEACHER, command, codes=("A5",))

    assert everybody(county) == before
