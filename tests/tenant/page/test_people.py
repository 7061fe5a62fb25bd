"""Finding the person whose phone one wants to hold."""

import re

import pytest

from bot.tenant.page.chooser import MOST, search, shortcuts, somebody
from bot.tenant.people import Directory, Member, Platform
from tests.tenant.page.platforms import (
    HEAD,
    LEADER,
    OFFICE,
    PEOPLE,
    SECOND,
    STRANGER,
    TEACHER,
    application,
    both,
)
from tests.tenant.page.reading import Screen

WECOM = {Platform.WECOM: "t9"}


def found(page):
    results = re.search(r'<ul class="results".*?</ul>', page, re.DOTALL)[0]
    return re.findall(r"<code>([^<]*)</code>", results)


@pytest.mark.parametrize(
    ("words", "role", "keys"),
    [
        ("", "", ["T1", "T2", "T3", "T4", "T5"]),
        ("示例甲", "", ["T1"]),
        ("t4", "", ["T4"]),  # by number, in either case
        ("第一小学", "", ["T1", "T2"]),
        ("第一小学 乙", "", ["T2"]),  # every word counts
        ("园长", "", ["T3"]),  # by role
        ("校长", "", ["T3"]),
        ("第一小学 教研组长", "", ["T2"]),
        ("", "教师", ["T1", "T5"]),  # who is nothing else
        ("", "教研组长", ["T2"]),
        ("", "校长", ["T3"]),  # a kindergarten's is called 园长
        ("", "项目办", ["T4"]),
        ("", "领导小组", []),
        ("", "外部人员", ["X1"]),
        ("外来", "", []),  # no account on this platform
        ("没有这个人", "", []),
    ],
)
async def test_people_are_found_by_name_number_unit_and_role(screen, words, role, keys):
    assert found(await screen.read("/people", platform="wecom", q=words, role=role)) == keys


async def test_only_people_with_an_account_there_hold_a_phone(screen):
    assert "T3" not in found(await screen.read("/people", platform="dingtalk"))


async def test_nobody_found_is_said_kindly(screen):
    page = await screen.read("/people", platform="wecom", q="查无此人")

    assert "没有这样的人。换个词试试，例如单位或教研组的名字。" in page


async def test_whom_the_bot_does_not_know_here_is_marked(screen, programme):
    programme.bound |= {("wecom", "t1"), ("wecom", "t4"), ("dingtalk", "t2")}
    page = await screen.read("/people", platform="wecom")

    rows = dict(re.findall(r"<strong>([^<]*)</strong>(.*?)<br>", page, re.DOTALL))
    assert [name for name, row in rows.items() if '<span class="mark">未绑定</span>' in row] == [
        "示例乙",
        "示例丙",
        "演练戊",
    ]


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ({}, ["T2", "T3", "T5"]),
        ({"role": "教师"}, ["T5"]),
        ({"q": "第一小学"}, ["T2"]),
        ({"role": "外部人员"}, []),  # they have nothing that could be bound
    ],
)
async def test_the_unbound_can_be_looked_for(screen, programme, query, keys):
    programme.bound |= {("wecom", "t1"), ("wecom", "t4")}

    assert found(await screen.read("/people", platform="wecom", unbound="1", **query)) == keys


async def test_outsiders_are_not_called_unbound(screen):
    page = await screen.read("/people", platform="wecom", role="外部人员")

    assert found(page) == ["X1"]
    assert '<span class="mark">' not in page


async def test_no_more_people_are_asked_about_than_are_shown(screen, programme, tenant):
    asked = []
    programme.is_bound = lambda _platform, account: asked.append(account) or account.endswith("0")
    for number in range(3 * MOST):
        tenant.directory.add_member(Member(key=f"M{number}", name="示例", accounts=both(f"m{number:03}")))

    await screen.read("/people", platform="wecom", q="示例 M")

    assert len(asked) == MOST


async def test_without_a_programme_nobody_is_bound_or_unbound(aiohttp_client, sides):
    page = await Screen(await aiohttp_client(application(sides, None))).read("/people", platform="wecom")

    assert "未绑定" not in page


async def test_choosing_somebody_keeps_the_other_phone_and_closes_the_old_chat(screen):
    page = await screen.read(
        "/people",
        platform="wecom",
        wecom="T1",
        wecom_chat="wecom:group:wrGroup1",
        dingtalk="T2",
        panel="wire",
    )

    assert 'href="/?wecom=T2&amp;dingtalk=T2&amp;panel=wire"' in page


async def test_what_was_searched_for_is_shown_literally(screen):
    page = await screen.read("/people", platform="wecom", q='"><script>alert(1)</script>')

    assert 'value="&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"' in page
    assert "<script>alert" not in page


def test_at_most_fifty_are_listed(sides):
    many = [Member(key=f"M{n:03}", name="示例", roles=("教师",), accounts=WECOM) for n in range(MOST + 1)]

    few = search(Directory(many[:MOST]), sides.wecom, "", "")
    more = search(Directory(many), sides.wecom, "", "")

    assert (len(few.members), few.more) == (50, False)
    assert (len(more.members), more.more) == (50, True)


def test_the_first_teacher_holds_the_phone_or_else_anybody(sides):
    assert somebody(Directory([OFFICE, TEACHER]), sides.wecom) == TEACHER
    assert somebody(Directory([STRANGER, OFFICE]), sides.wecom) == OFFICE
    assert somebody(Directory([STRANGER]), sides.wecom) is None


def test_a_shortcut_leads_to_the_next_one_of_its_kind(sides):
    directory = Directory(PEOPLE)

    def teacher(now):
        return dict(shortcuts(directory, sides.wecom, now))["一位教师"]

    assert teacher(None) == TEACHER
    assert teacher(TEACHER) == SECOND
    assert teacher(SECOND) == TEACHER
    assert teacher(OFFICE) == TEACHER


def test_there_is_a_shortcut_to_each_kind_of_work(sides):
    found = shortcuts(Directory(PEOPLE), sides.wecom, None)

    assert found == [
        ("一位教师", TEACHER),
        ("一位教研组长", LEADER),
        ("一位校长", HEAD),
        ("项目办", OFFICE),
    ]


def test_a_shortcut_to_nobody_is_left_out(sides):
    assert shortcuts(Directory([TEACHER]), sides.wecom, None) == [("一位教师", TEACHER)]


def test_outsiders_by_role_come_before_those_of_the_other_platform(sides):
    absent = Member(key="A1", name="示例辛", unit="示例县第三小学", roles=("教师",))
    directory = Directory([absent, STRANGER, HEAD, LEADER])
    sides.wecom.chats_of = lambda _member: ["a chat"]

    assert [member.key for member in search(directory, sides.wecom, "", "外部人员").members] == ["X1", "A1"]


def test_an_outsider_without_a_chat_is_not_offered(sides):
    lonely = Member(key="A1", name="示例辛", accounts={})
    directory = Directory([lonely, Member(key="B1", name="示例壬", accounts=both("b1"))])

    assert search(directory, sides.wecom, "", "外部人员").members == []
