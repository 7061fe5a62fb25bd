"""docs/tables.md: every table has its section, in which everything unique about it is named."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Table, UniqueConstraint

from storage.every_table import metadata

PAGE = Path(__file__).parents[2] / "docs/tables.md"
SECTIONS = dict(
    re.findall(r"^### `(\w+)`\n(.+?)(?=^##|\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
)


def unique_in(table: Table) -> set[str]:
    constraints = (one for one in table.constraints if isinstance(one, UniqueConstraint))
    # Those of single columns are named only when they are created; the convention stands in storage.columns.
    named = {f"uq_{table.name}_{'_'.join(column.name for column in one.columns)}" for one in constraints}
    return named | {str(index.name) for index in table.indexes if index.unique}


def test_every_table_has_its_section_and_no_other_is_there():
    assert sorted(SECTIONS) == sorted(metadata.tables)


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_what_is_unique_is_named(name):
    said = set(re.findall(r"\buq_\w+", SECTIONS.get(name, "")))
    assert said == unique_in(metadata.tables[name])


@pytest.mark.parametrize("name", sorted(metadata.tables))
def test_whoever_is_named_as_its_writer_is_there(name):
    modules = re.findall(r"`(?:storage|bot)/[\w/]+\.py`", SECTIONS.get(name, ""))
    assert [one for one in modules if not (PAGE.parents[1] / one.strip("`")).exists()] == []
