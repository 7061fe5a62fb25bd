"""The demonstration county is the same every time, plainly made up, and large enough to show everything."""

import re
from collections import Counter

from bot.demo.county import people
from bot.demo.units import UNITS

PEOPLE = people()


def test_it_is_the_same_every_time():
    assert people() == PEOPLE


def test_it_has_2000_people_in_40_units_of_1_to_300():
    sizes = Counter(person.school for person in PEOPLE)
    assert (len(PEOPLE), len(UNITS)) == (2000, 40)
    assert {unit.name: unit.people for unit in UNITS} == sizes
    assert {1, 2, 3, 300} <= set(sizes.values())
    assert (min(sizes.values()), max(sizes.values())) == (1, 300)


def test_only_the_bureau_and_the_training_school_are_not_ranked():
    assert [unit.name for unit in UNITS if not unit.ranked] == ["示例县教育局", "示例县教师进修学校"]


def test_every_name_says_that_it_is_made_up():
    assert all(re.fullmatch("[\u4e00-\u9fff][示例演练样试]{1,2}", person.name) for person in PEOPLE)
    assert all(re.search("示例|样例|范例", unit.name) for unit in UNITS)


def test_numbers_and_accounts_are_nobody_s():
    assert all(re.fullmatch(r"1690000\d{4}", person.mobile) for person in PEOPLE)
    accounts = {account for person in PEOPLE for account in (person.wecom, person.dingtalk)}
    assert all(re.fullmatch(r"demo_\d{4}|", account) for account in accounts)
    assert len({person.staff_no for person in PEOPLE}) == len(PEOPLE)


def test_some_share_a_name_within_a_school_and_some_across_schools():
    names = Counter(person.name for person in PEOPLE)
    within = Counter((person.school, person.name) for person in PEOPLE)
    assert sum(count > 1 for count in within.values()) >= 3
    assert sum(count > 1 for count in names.values()) > sum(count > 1 for count in within.values())


def test_every_role_and_state_occurs():
    roles = {word for person in PEOPLE for word in person.role.split("、")}
    assert roles == {"教师", "教研组长", "学校管理员", "校长", "园长", "项目办", "领导小组", "职员"}
    assert {person.state for person in PEOPLE} == {"在册", "暂缓", "调出", "退休", "免训"}


def test_every_group_but_the_training_school_s_has_one_leader():
    groups = {(person.school, person.group) for person in PEOPLE if person.group}
    leaders = Counter((person.school, person.group) for person in PEOPLE if "教研组长" in person.role)
    assert set(leaders.values()) == {1}
    without = {school for school, group in groups - leaders.keys()}
    assert "示例县教师进修学校" in without
