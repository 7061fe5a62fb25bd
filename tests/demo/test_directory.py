"""The demonstration county as the practice tenant sees it."""

from collections import Counter

from bot.demo.directory import directory
from bot.tenant.people import Platform

KEY = "k" * 32


def test_everybody_of_the_county_has_a_phone_on_both_platforms():
    found = directory(KEY)
    people = [member for member in found.members.values() if member.accounts]
    assert len(people) == 2000
    for platform in Platform:
        assert len({member.account(platform).casefold() for member in people}) == 2000


def test_the_first_teacher_is_of_a_school_and_bound_on_both_platforms():
    first = next(member for member in directory(KEY).members.values() if member.roles == ("教师",))
    assert (first.key, first.unit) == ("SL0042", "示例县第一高级中学")


def test_a_unit_its_groups_and_the_county_have_a_group_each_on_both_platforms():
    groups = directory(KEY).groups.values()
    names = Counter(group.name for group in groups)
    assert set(names.values()) == {2}
    assert {"示例县第一小学 研修群", "示例县第一小学 语文组", "示例县 提升工程群（校长和项目办）"} <= set(
        names
    )
    assert "样例乡东沟教学点 研修群" not in names  # one teacher is no group


def test_leads_and_the_office_sit_in_the_countys_group():
    found = directory(KEY)
    county = next(group for group in found.groups.values() if group.name.startswith("示例县 提升工程群"))
    roles = {role for member in found.people_in(county) for role in member.roles}
    assert roles == {"校长", "园长", "学校管理员", "教师", "项目办", "领导小组"}


def test_ids_and_webhooks_are_the_same_at_every_start_and_other_ones_elsewhere():
    here, again, elsewhere = (
        {
            group.name + group.platform: (group.chat_id, group.webhook)
            for group in directory(key).groups.values()
        }
        for key in (KEY, KEY, "x" * 32)
    )
    assert here == again
    assert not set(here.values()) & set(elsewhere.values())
    assert len(set(here.values())) == len(here)


def test_a_visitor_without_an_account_sits_in_one_group():
    found = directory(KEY)
    visitor = found.members["visitor"]
    groups = found.groups_of(Platform.DINGTALK, visitor)
    assert [group.name for group in groups] == ["示例县第一小学 研修群"]
