"""Reviews on pages: who sees what, the decision beside the links, several at once, two reviewers, reopening."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.policy.calendar import Lateness
from bot.policy.evidence import EvidenceState
from bot.policy.links import fingerprint
from storage import evidence
from storage.settling import settle
from storage.submissions import Link, find
from storage.tables import audit, person, role, teaching_group


@pytest.fixture(autouse=True)
def evening(clock):
    """People are told tomorrow: these stories are about the pages."""
    clock.today = clock.today.replace(hour=21)


on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AUTHOR, LEADER, PRINCIPAL, OFFICE = 1, 2, 3, 4


def hand_in(county, code, *urls, who=AUTHOR, days=0, note="", late=Lateness.IN_TIME):
    """The receipt; `days`: how long it has waited."""
    when = county.clock.now() - timedelta(days=days)
    with county.database.writing() as connection:
        number = evidence.hand_in(
            connection,
            person_id=who,
            code=code,
            note=note,
            links=links(urls or (f"https://pan.example.com/s/{who}{code}",)),
            late=late,
            at=int(when.timestamp() * 1000),
            real_ms=county.clock.real_ms(),
        )
        settled(county, connection, who)
    return number


def hand_in_again(county, number, url):
    with county.database.writing() as connection:
        before = find(connection, number)
        evidence.hand_in_again(
            connection,
            before,
            note="",
            links=links([url]),
            late=Lateness.IN_TIME,
            at=int(county.clock.now().timestamp() * 1000),
            real_ms=county.clock.real_ms(),
        )
        settled(county, connection, before.author.person_id)


def links(urls):
    return [Link(url=url, fingerprint=fingerprint(url)) for url in urls]


def settled(county, connection, who):
    now_ms = int(county.clock.now().timestamp() * 1000)
    settle(connection, [who], county.plan, county.catalogue, now_ms=now_ms)


def state_of(county, number):
    with county.database.reading() as connection:
        return find(connection, number).state


def actions(county):
    with county.database.reading() as connection:
        rows = connection.execute(
            select(audit.c.action, audit.c.person_id, audit.c.detail).order_by(audit.c.id)
        )
        return [(row.action, row.person_id, row.detail) for row in rows]


async def test_a_leader_decides_beside_the_links_and_goes_on_to_the_next(county, enters):
    first = hand_in(county, "A5", "https://pan.example.com/s/1abc", note="第二课时", days=3)
    second = hand_in(county, "B2", days=1)
    leader = await enters(LEADER)

    listed = await leader.get("/office/reviews")
    assert listed.main.index(f"编号 {first} A5 技术支持的课堂导入") < listed.main.index(f"编号 {second} B2")
    page = await leader.get(f"/office/reviews/{first}")
    assert 'href="https://pan.example.com/s/1abc" target="_blank" rel="noopener noreferrer"' in page.body
    assert "说明：第二课时" in page.main
    # 4 people, 3 of them in this school × 3 planned certifications × 60 % = 5 of 9
    assert "优秀名额：示例县第一小学 已用 0，还可用 5，共 5。" in page.main

    done = await leader.post(
        "/office/reviews/decide",
        {"item": f"{first}.1", "one": "1", "verdict": "excellent", "note": "导入新颖"},
    )

    assert done.url.endswith(f"/office/reviews/{second}")
    # The first certified point brings 8 of the 25 hours.
    assert f"编号 {first} A5 技术支持的课堂导入，示例甲：优秀，记 8 学时，实践共 8 学时。" in done.main
    assert "下一步" not in done.main
    assert state_of(county, first) is EvidenceState.EXCELLENT
    looks = [one for one in actions(county) if one[0] in {"list.viewed", "evidence.viewed"}]
    whole = {"list": "待审", "groups": [1], "schools": [], "county": False, "items": 2}
    assert looks == [
        ("list.viewed", None, whole),
        ("evidence.viewed", AUTHOR, {"number": first, "version": 1}),
        ("evidence.viewed", AUTHOR, {"number": second, "version": 1}),
    ]


@on_one_database
async def test_several_are_sent_back_with_one_reason_and_the_result_lists_each(county, enters):
    numbers = [hand_in(county, code, days=3) for code in ("A5", "B2", "B9")]
    leader = await enters(LEADER)
    await leader.get("/office/reviews")

    chosen = [("item", f"{number}.1") for number in numbers[:2]]
    done = await leader.post(
        "/office/reviews/decide", [*chosen, ("verdict", "return"), ("reason", "缺学生体会")]
    )

    assert done.url.endswith("/office/reviews")
    for number in numbers[:2]:
        assert f"编号 {number}" in done.main.partition("等我审")[0]
    assert [state_of(county, number) for number in numbers] == [
        EvidenceState.RETURNED,
        EvidenceState.RETURNED,
        EvidenceState.WAITING,
    ]


@on_one_database
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"verdict": "pass"}, "没有选中材料，什么都没有改。请返回上一页，在材料前面打勾，再点“通过”“优秀”或“退回”。"),
        ({"item": "1.1", "verdict": "return", "reason": " 缺 "}, "退回要写明原因，至少 2 个字，没有退回。请返回上一页写上原因再点。"),
        ({"item": "1.1", "verdict": ""}, "没有说怎么定，什么都没有改。请返回上一页，点“通过”“优秀”或“退回”。"),
        ({"item": "1.x", "verdict": "pass"}, "选中的材料读不出来，什么都没有改。请返回上一页，刷新后再选。"),
    ],
)  # fmt: skip
async def test_a_form_that_says_too_little_changes_nothing(county, enters, form, said):
    number = hand_in(county, "A5")
    leader = await enters(LEADER)
    await leader.get("/office/reviews")

    refused = await leader.post("/office/reviews/decide", form)

    assert (refused.status, refused.main.splitlines()[-1]) == (400, said)
    assert state_of(county, number) is EvidenceState.WAITING


async def test_what_was_seen_is_what_is_decided(county, enters):
    number = hand_in(county, "A5")
    leader = await enters(LEADER)
    await leader.get(f"/office/reviews/{number}")
    hand_in_again(county, number, "https://pan.example.com/s/newer")

    done = await leader.post("/office/reviews/decide", {"item": f"{number}.1", "one": "1", "verdict": "pass"})

    assert state_of(county, number) is EvidenceState.WAITING
    assert done.url.endswith(f"/office/reviews/{number}")
    assert "没有定，作者刚交了第 2 版" in done.main
    assert "https://pan.example.com/s/newer" in done.main
    assert "以前的 1 版" in done.main


async def test_the_second_of_two_is_told_who_decided_and_when(county, enters):
    number = hand_in(county, "A5")
    leader, principal = await enters(LEADER), await enters(PRINCIPAL)
    form = {"item": f"{number}.1", "one": "1"}
    for one in (leader, principal):
        await one.get(f"/office/reviews/{number}")

    await leader.post("/office/reviews/decide", {**form, "verdict": "pass"})
    late = await principal.post("/office/reviews/decide", {**form, "verdict": "return", "reason": "缺视频"})

    assert state_of(county, number) is EvidenceState.PASSED
    assert "没有定，示例乙 5月20日 21:00 已定为合格。" in late.main


@on_one_database
async def test_whoever_has_it_open_is_named_to_others(county, enters):
    number = hand_in(county, "A5")
    leader, principal = await enters(LEADER), await enters(PRINCIPAL)
    await leader.get(f"/office/reviews/{number}")

    await leader.post(f"/office/reviews/{number}/open")

    assert "示例乙" in (await principal.get(f"/office/reviews/{number}")).main
    assert "起在看" not in (await leader.get(f"/office/reviews/{number}")).main


@on_one_database
async def test_nobody_sees_or_decides_what_is_not_theirs(county, enters):
    """A leader of another group gets the same answer as for a number that does not exist."""
    with county.database.writing() as connection:
        connection.execute(teaching_group.insert().values(id=2, school_id=2, name="数学组"))
        connection.execute(person.update().where(person.c.id == 4).values(group_id=2))
        connection.execute(role.delete().where(role.c.person_id == 4))
        connection.execute(
            role.insert().values(
                person_id=4, role="leader", school_id=2, group_id=2, source="roster", granted_at=1
            )
        )
    number = hand_in(county, "A5")
    stranger, teacher = await enters(4), await enters(AUTHOR)

    hidden = await stranger.get(f"/office/reviews/{number}")
    missing = await stranger.get("/office/reviews/999")
    assert (hidden.status, hidden.main) == (404, missing.main)
    await stranger.get("/office/reviews")
    done = await stranger.post("/office/reviews/decide", {"item": f"{number}.1", "verdict": "pass"})
    assert f"没有你能审的编号 {number}" in done.main
    assert (await teacher.get("/office/reviews")).status == 403
    assert (await teacher.get(f"/office/reviews/{number}")).status == 403
    assert state_of(county, number) is EvidenceState.WAITING


@on_one_database
async def test_an_author_never_decides_about_their_own(county, enters):
    number = hand_in(county, "A5", who=LEADER)
    leader = await enters(LEADER)

    page = await leader.get(f"/office/reviews/{number}")
    assert "这是你自己的材料，要由别人审。" in page.main
    assert 'name="verdict"' not in page.body
    done = await leader.post("/office/reviews/decide", {"item": f"{number}.1", "one": "1", "verdict": "pass"})

    assert "是你自己的材料，要由别人审" in done.main
    assert state_of(county, number) is EvidenceState.WAITING


@on_one_database
async def test_the_office_reopens_what_came_too_late_and_what_was_decided(county, enters):
    number = hand_in(county, "A5", late=Lateness.OVERDUE)
    office, leader = await enters(OFFICE), await enters(LEADER)

    assert "没有等你审的材料。" in (await office.get("/office/reviews")).main
    held = await office.get("/office/reviews?part=held")
    assert f"编号 {number}" in held.main
    assert 'name="item"' not in held.body
    short = await office.post(f"/office/reviews/{number}/reopen", {"reason": " "})
    assert short.status == 400
    done = await office.post(f"/office/reviews/{number}/reopen", {"reason": "住院，情况属实"})

    assert "回到待审" in done.main
    assert f"编号 {number}" in (await leader.get("/office/reviews")).main
    assert (await leader.post(f"/office/reviews/{number}/reopen", {"reason": "再看看"})).status == 403


@on_one_database
async def test_a_queue_is_narrowed_by_point_and_school_and_in_pages_of_fifty(county, enters):
    codes = [point.code for point in county.catalogue]
    numbers = [hand_in(county, code, days=9) for code in codes]
    numbers += [hand_in(county, code, who=LEADER, days=9) for code in codes]
    principal, office = await enters(PRINCIPAL), await enters(OFFICE)

    first = await principal.get("/office/reviews")
    # 30 points of the teacher, and 30 of the leader, who has no other leader
    assert "等我审 60" in first.main
    assert first.body.count('name="item"') == 50
    second = await principal.get("/office/reviews?page=2")
    assert second.body.count('name="item"') == 10
    assert "第 2 页，共 2 页" in second.main
    narrow = await principal.get("/office/reviews?point=A5")
    assert "等我审 2" in narrow.main

    # For the office it is nobody's turn yet: the school has a principal.
    assert "等我审 0" in (await office.get("/office/reviews")).main
    everything = await office.get("/office/reviews?part=open&school=第一小学&point=B2")
    assert "全部待审 2" in everything.main
    assert "归教研组长、学校管理员或校长审" in everything.main
    unknown = await office.get("/office/reviews?part=open&school=没有这所")
    assert "没有只叫“没有这所”的学校，没有按学校筛选。" in unknown.main


@on_one_database
async def test_what_people_wrote_is_shown_and_never_markup(county, enters):
    number = hand_in(county, "A5", 'https://pan.example.com/?q="><script>alert(1)</script>', note="<b>粗</b>")
    leader = await enters(LEADER)

    for path in ("/office/reviews", f"/office/reviews/{number}"):
        page = await leader.get(path)
        assert "<script>" not in page.body
        assert "<b>" not in page.body
        assert " style=" not in page.body
    assert "说明：<b>粗</b>" in page.main
