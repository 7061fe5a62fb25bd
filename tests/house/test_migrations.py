"""What a migration may do in the release that brings it (docs/many-processes.md: expand, then contract)."""

import ast
import re
from pathlib import Path

import pytest

from storage.schema import known_revisions

VERSIONS = Path(__file__).parents[2] / "storage/migrations/versions"
SINCE = "0009"
TAKES_AWAY = {"drop_table", "drop_column", "drop_constraint", "rename_table"}
SHARPENS = {
    "create_unique_constraint",
    "create_check_constraint",
    "create_foreign_key",
    "create_exclude_constraint",
}
SQL = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN|CONSTRAINT)|RENAME|SET\s+NOT\s+NULL|ALTER\s+COLUMN|ADD\s+(CONSTRAINT|UNIQUE|CHECK))\b",
    re.IGNORECASE,
)


ON_TABLE = re.compile(
    r"\bCREATE\s+(UNIQUE\s+INDEX|(?:CONSTRAINT\s+)?TRIGGER)\b[^;]*?\bON\s+[\"]?(\w+)", re.IGNORECASE
)


def not_only_adding(source: str) -> list[str]:
    """What an older program might stumble over, a word each."""
    tree = ast.parse(source)
    made = {
        call.args[0].value
        for call in calls(tree)
        if name_of(call) == "create_table" and call.args and isinstance(call.args[0], ast.Constant)
    }
    return [*(word for call in calls(tree) if (word := judged(call, made))), *in_sql(tree, made)]


def calls(tree: ast.Module):
    for top in tree.body:
        if not (isinstance(top, ast.FunctionDef) and top.name == "downgrade"):
            yield from (node for node in ast.walk(top) if isinstance(node, ast.Call))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def judged(call: ast.Call, made: set[str]) -> str:
    name = name_of(call)
    given = {one.arg: one.value for one in call.keywords}
    strings = {one.value for one in call.args if isinstance(one, ast.Constant)}
    if strings & made and name not in TAKES_AWAY:
        return ""  # no older program knows the table
    if name in TAKES_AWAY | SHARPENS or name == "alter_column":
        return name
    if name == "create_index" and is_true(given.get("unique")):
        return "unique index"
    if name == "add_column":
        column = next(
            (one for one in call.args if isinstance(one, ast.Call) and name_of(one) == "Column"), None
        )
        of_column = {} if column is None else {one.arg: one.value for one in column.keywords}
        if is_true(of_column.get("unique")):
            return "unique column"
        nullable = of_column.get("nullable")
        if nullable is not None and not is_true(nullable) and "server_default" not in of_column:
            return "NOT NULL without a default"
    return ""


def is_true(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def in_sql(tree: ast.Module, made: set[str]) -> list[str]:
    texts = list(strings(tree))
    found = [found[0].upper() for text in texts for found in SQL.finditer(text)]
    for text in texts:
        for what, table in ON_TABLE.findall(text):
            if table not in made:  # no older program knows the others
                found.append(" ".join(what.upper().split()))
    return found


def strings(tree: ast.Module):
    """Every string outside of docstrings and of the way back, however it is kept until it is executed."""
    for top in tree.body:
        if isinstance(top, ast.FunctionDef) and top.name == "downgrade":
            continue
        said = {
            id(node.value)
            for node in (top, *ast.walk(top))
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        for node in ast.walk(top):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
                yield node.value


def mark_of(source: str) -> str | None:
    """`oldest_program = "…"`, written at the top of a migration that shuts older programs out."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and [ast.unparse(one) for one in node.targets] == ["oldest_program"]:
            assert isinstance(node.value, ast.Constant)
            return str(node.value.value)
    return None


def migrations():
    for path in sorted(VERSIONS.glob("[0-9]*.py")):
        if path.name.split("_")[0] >= SINCE:
            yield path.name.split("_")[0], path.read_text(encoding="utf-8")


def test_a_migration_only_adds_or_names_the_oldest_program_that_can_live_with_it():
    unmarked = {
        number: found
        for number, text in migrations()
        if (found := not_only_adding(text)) and not mark_of(text)
    }
    assert unmarked == {}


def test_the_oldest_program_is_one_that_there_is():
    for number, text in migrations():
        mark = mark_of(text)
        assert mark is None or (mark in known_revisions() and mark <= number), number


@pytest.mark.parametrize(
    ("upgrade", "found"),
    [
        ("op.drop_column('person', 'initials')", ["drop_column"]),
        ("op.rename_table('person', 'teacher')", ["rename_table"]),
        ("op.alter_column('person', 'name', nullable=False)", ["alter_column"]),
        (
            "op.add_column('person', sa.Column('x', sa.Integer(), nullable=False))",
            ["NOT NULL without a default"],
        ),
        ("op.add_column('person', sa.Column('x', sa.Integer(), nullable=False, server_default='0'))", []),
        ("op.add_column('person', sa.Column('x', sa.Integer(), nullable=True))", []),
        ("op.create_index('ix', 'person', ['name'], unique=True)", ["unique index"]),
        ("op.create_index('ix', 'person', ['name'], unique=False)", []),
        (
            "op.create_table('t', sa.Column('id', sa.Integer()))\n    op.create_index('ix', 't', ['id'], unique=True)",
            [],
        ),
        ("op.execute('ALTER TABLE person DROP COLUMN name')", ["DROP COLUMN"]),
        ("op.execute('ALTER TABLE inbox RENAME TO inbox_old')", ["RENAME"]),
        ("op.execute('CREATE UNIQUE INDEX ix ON person (name)')", ["UNIQUE INDEX"]),
        ("op.execute('CREATE INDEX ix ON person (name)')", []),
        ("op.execute('CREATE TRIGGER t BEFORE UPDATE ON person BEGIN SELECT 1; END')", ["TRIGGER"]),
        (
            "op.create_table('t', sa.Column('id', sa.Integer()))\n    op.execute('CREATE UNIQUE INDEX ix ON t (id)')",
            [],
        ),
        ("op.add_column('person', sa.Column('x', sa.Integer(), unique=True))", ["unique column"]),
        ("for each in ('DROP TABLE person',):\n        op.execute(each)", ["DROP TABLE"]),
        ("op.execute(f'ALTER TABLE {name} DROP COLUMN name')", ["DROP COLUMN"]),
        ("op.execute(\"UPDATE standing SET rule_version = ''\")", []),
        (
            "with op.batch_alter_table('person') as batch:\n        batch.drop_constraint('uq')",
            ["drop_constraint"],
        ),
    ],
)
def test_what_would_trip_an_older_program_is_recognised(upgrade, found):
    source = f"def upgrade():\n    {upgrade}\n\ndef downgrade():\n    op.drop_table('person')\n"
    assert not_only_adding(source) == found


@pytest.mark.parametrize("kept", ["_SQL = '{}'", "_SQL: Final = '{}'", "_SQL = ('{}', 'SELECT 1')"])
def test_a_statement_is_found_wherever_it_is_kept(kept):
    source = kept.format("DROP TABLE person") + "\n\n\ndef upgrade():\n    run(_SQL)\n"
    assert not_only_adding(source) == ["DROP TABLE"]


def test_what_a_docstring_says_is_no_statement():
    assert not_only_adding('"""No DROP TABLE here."""\n\ndef upgrade():\n    """Nor RENAME."""\n') == []
