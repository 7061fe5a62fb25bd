"""What one teacher sends or asks is found by that teacher: its cost does not grow with what others hand in."""

import re

import pytest

from tests.handlers.submit_words import LINK

_WALKS = re.compile(r"SCAN (?:evidence\w*|audit|inbox|standing|person)\b|ix_evidence_state_submitted_at")


@pytest.fixture
def walks(county):
    """The statements since then that SQLite would answer by walking through everybody's rows."""
    if county.connection.dialect.name != "sqlite":
        pytest.skip("only SQLite shows whole statements with their values")
    raw = county.connection.connection.driver_connection
    said = []
    raw.set_trace_callback(said.append)

    def found():
        raw.set_trace_callback(None)
        statements = [one for one in said if re.match(r"\s*(?:SELECT|UPDATE|DELETE|WITH)\b", one)]
        assert statements
        plans = {one: raw.execute(f"EXPLAIN QUERY PLAN {one}").fetchall() for one in statements}
        return [one for one, plan in plans.items() if any(_WALKS.search(step[3]) for step in plan)]

    yield found
    raw.set_trace_callback(None)


@pytest.mark.parametrize(
    "said",
    [f"提交 A5 {LINK}", "我的材料", "还差什么", "我的学时", "我的微能力", "撤回 1", "为什么"],
)
def test_a_teachers_message_walks_through_nobody_elses_rows(chosen, says, walks, said):
    for code, number in (("A5", 1), ("B2", 2), ("B9", 3)):
        says(f"提交 {code} https://files.example.com/{number}")
    says(said)

    assert walks() == []
