"""A difference is told by 人员编号 and in the words of the chat."""

from datetime import date

import pytest

from bot.cli.standing_lines import difference_line
from bot.plan_file import load_plan
from bot.policy.people import PersonState
from storage.roster_lookup import RosterEntry
from storage.standings import COLUMNS, Difference

PERSON = RosterEntry(
    person_id=7,
    staff_no="a hash",
    staff_no_tail="0207",
    name="示例甲",
    school_id=1,
    school_name="示例县第一小学",
    group_id=None,
    group_name="",
    state=PersonState.ACTIVE,
    mobile_tail="",
)


def line(*columns):
    return difference_line(Difference(7, columns), PERSON, load_plan().requirement)


def test_a_hidden_number_stays_hidden():
    assert line() == "****0207 示例甲（示例县第一小学）：没有登记"


@pytest.mark.parametrize(
    ("column", "said"),
    [
        (("done", False, True), "学习合格登记为 否，重算为 是"),
        (("completion", 17_500, 22_500), "完成度登记为 77.7%，重算为 100%"),  # 17500/22500 and the whole
        (("online_hours", None, 1850), "线上登记为 没有，重算为 18.5 学时"),
        (("online_as_of", None, date(2024, 5, 19)), "线上截至登记为 没有，重算为 2024-05-19"),
        (("certified", "", "A5 B2"), "认证的点登记为 没有，重算为 A5 B2"),
        (("next_step", "no_choice", "none"), "卡在哪一步登记为 没选点，重算为 没有"),
        (("rule_version", "old", "new"), "规则版本登记为 old，重算为 new"),
    ],
)
def test_each_column_has_its_words(column, said):
    assert line(column) == f"****0207 示例甲（示例县第一小学）：{said}"


def test_no_column_is_named_as_the_database_does():
    for name in COLUMNS[1:]:
        assert name not in line((name, "", "")), name
