"""Announcements on pages: written, previewed as they arrive, confirmed, followed, corrected, taken back."""

import re

import pytest
from sqlalchemy import func, select, update

from bot.policy.announcement import AnnouncementState, wants_receipt
from bot.policy.audience import EVERY_GROUP, Audience
from bot.policy.outgoing import Way
from messages.texts.announcement import announced
from storage import announcements, chat_groups
from storage.announcement_tables import acknowledgement, announcement
from storage.chat_groups import Binding
from storage.delivery_tables import outbox
from storage.outbox import State
from storage.sealing import Sealing
from storage.tables import audit, role

pytestmark = pytest.mark.one_database

on_one_database = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEACHER, LEADER, PRINCIPAL, OFFICE = 1, 2, 3, 4
EVERYBODY = Audience(words="老师", to_groups=False)
BODY = "5月22日下午两点线上答疑。\n收到请回复。"


@pytest.fixture(autouse=True)
def evening(clock):
    """People are written to tomorrow: these stories are about the pages."""
    clock.today = clock.today.replace(hour=21)


def put(county, body=BODY, author=OFFICE, state=AnnouncementState.POSTED, audience=EVERYBODY):
    """Its 编号; what is POSTED has its copies."""
    with county.database.writing() as connection:
        at = county.clock.real_ms()
        number = announcements.put(
            connection, author_id=author, audience=audience, body=body,
            wants_receipt=wants_receipt(body), state=state, at=at,
        )  # fmt: skip
        if state is AnnouncementState.POSTED:
            one = announcements.find_announcement(connection, number)
            said = announced(number, body, "项目办", wants_receipt=one.wants_receipt)
            announcements.post_copies(connection, one, audience, said, at=at)
    return number


def came_to(county, number, person_id, state, reason=""):
    with county.database.writing() as connection:
        connection.execute(
            update(outbox)
            .where(outbox.c.announcement == number, outbox.c.person_id == person_id)
            .values(state=state.value, reason=reason, done_at=county.clock.real_ms(), outlet="wecom.app")
        )


def answered(county, number, person_id):
    with county.database.writing() as connection:
        connection.execute(
            acknowledgement.insert().values(
                announcement=number, person_id=person_id, at=county.clock.real_ms()
            )
        )


def on_file(county):
    with county.database.reading() as connection:
        return connection.execute(select(announcement)).mappings().all()


def state_of(county, number):
    with county.database.reading() as connection:
        return announcements.find_announcement(connection, number).state


async def test_an_announcement_is_written_seen_as_it_arrives_and_confirmed(county, enters):
    office = await enters(OFFICE)
    await office.get("/office/announcements/new")

    shown = await office.post(
        "/office/announcements/preview",
        [("to", "people"), ("word", "小学"), ("body", "周五下午两点线上答疑"), ("receipt", "1")],
    )

    assert shown.url.endswith("/office/announcements/preview")
    # 示例甲, 示例乙 and 示例丙 are on the active roster of the one 小学.
    assert "发给 1 所学校的 3 人（私信）：示例甲、示例乙、示例丙。" in shown.main
    for place in ("企业微信私信", "钉钉私信"):
        bubble = shown.main.partition(place)[2]
        assert bubble.split("\n")[1:5] == [
            f"公告（确认后编号） · {county.plan.office}",
            "周五下午两点线上答疑",
            "收到请回复。",
            "看到后请回复“收到”。",
        ]
    assert "现在是休息时间，私信会等到 5月21日（周二）07:00；要马上发，勾选“加急”。" in shown.main
    assert on_file(county) == []

    sent = await office.post("/office/announcements/confirm", {"ref": ref_in(shown.body)})

    (one,) = on_file(county)
    assert sent.url.endswith(f"/office/announcements/{one['number']}")
    assert (one["body"], one["wants_receipt"], one["urgent"]) == (
        "周五下午两点线上答疑\n收到请回复。",
        True,
        False,
    )
    assert one["state"] == "posted"
    assert "示例县第一小学" in sent.main
    with county.database.reading() as connection:
        copies = connection.scalars(select(outbox.c.person_id).where(outbox.c.announcement == one["number"]))
        assert sorted(copies) == [TEACHER, LEADER, PRINCIPAL]


def ref_in(body):
    return re.search(r'name="ref" value="(\w+)"', body)[1]


@on_one_database
async def test_only_what_was_shown_is_confirmed(county, enters):
    first, second = await enters(OFFICE), await enters(OFFICE)
    for one, words in ((first, "第一份"), (second, "第二份")):
        await one.get("/office/announcements/new")
        one.shown = await one.post(
            "/office/announcements/preview", {"to": "people", "body": words, "word": "小学"}
        )

    refused = await first.post("/office/announcements/confirm", {"ref": ref_in(first.shown.body)})
    assert refused.status == 400
    assert on_file(county) == []
    await second.post("/office/announcements/confirm", {"ref": ref_in(second.shown.body)})
    again = await second.post("/office/announcements/confirm", {"ref": ref_in(second.shown.body)})

    assert again.status == 400
    assert [one["body"] for one in on_file(county)] == ["第二份"]


@on_one_database
@pytest.mark.parametrize(
    ("form", "said"),
    [
        ([("to", "people"), ("schools", "没有这所")], "没有“没有这所”这所学校"),
        ([("to", "groups"), ("word", "组长")], "“组长群”没有这样的群"),
        ([("to", "people"), ("when", "2024-05-20T08:00")], "已经过了，公告还没有发。"),
        ([("to", "groups")], "还没有绑定任何群，没有执行。"),
    ],
)
async def test_what_cannot_be_sent_is_said_and_what_was_typed_stays(county, enters, form, said):
    office = await enters(OFFICE)
    await office.get("/office/announcements/new")

    back = await office.post("/office/announcements/preview", [*form, ("body", "周五答疑")])

    assert back.status == 400
    assert said in back.main
    assert ">周五答疑</textarea>" in back.body
    assert "没有等你确认的公告" in (await office.get("/office/announcements/preview")).main


@on_one_database
async def test_whom_a_choice_reaches_is_counted_without_sending_anything(county, enters):
    office = await enters(OFFICE)
    asked = await office.get("/office/announcements/new?to=people&words=组长")
    nobody = await office.get("/office/announcements/new?to=people&words=幼儿园")
    pressed = await office.post(
        "/office/announcements/preview", {"to": "people", "word": "校长", "body": "x", "count": "1"}
    )

    assert "发给 1 所学校的 1 人（私信）：示例乙。" in asked.main
    assert "“幼儿园”现在一个人也没有" in nobody.main
    assert "发给 1 所学校的 1 人（私信）：示例丙。" in pressed.main
    assert on_file(county) == []


@on_one_database
async def test_in_groups_each_kind_of_group_is_shown(county, enters):
    with county.database.writing() as connection:
        for way, url in (
            (Way.WECOM_WEBHOOK, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=0-0-0-0-0"),
            (Way.DINGTALK_WEBHOOK, f"https://oapi.dingtalk.com/robot/send?access_token={'0' * 64}"),
        ):
            binding = Binding(way=way, address=url, school_id=1, title="")
            sealing = Sealing(county.settings.secret_key.get_secret_value())
            chat_groups.bind(connection, binding, sealing, at=county.clock.real_ms(), by="operator")
    office = await enters(OFFICE)
    await office.get("/office/announcements/new")

    shown = await office.post("/office/announcements/preview", {"to": "groups", "body": "周五答疑"})

    assert "发到全部 2 个群" in shown.main
    assert shown.main.index("\n钉钉群\n") < shown.main.index("\n企业微信群\n")
    assert f'<p class="heading">公告（确认后编号） · {county.plan.office}</p>' in shown.body


async def test_receipts_are_counted_by_school_and_names_only_when_asked_for(county, enters):
    number = put(county)
    came_to(county, number, TEACHER, State.SENT)
    came_to(county, number, LEADER, State.SENT)
    came_to(county, number, PRINCIPAL, State.FAILED, "60011")
    answered(county, number, LEADER)
    office = await enters(OFFICE)

    page = await office.get(f"/office/announcements/{number}")
    counts = await office.get(f"/office/announcements/{number}?counts=1")

    # Of the four people of the county 示例丁 still waits; of two who have it one has answered: 1/2 = 50.0%.
    assert "已送达" in page.main
    assert "50.0%" in page.main
    assert 'data-refresh="10"' in page.body
    receipts = counts.main.partition(f"公告 {number}\n")[2]
    assert receipts in page.main
    school = receipts.partition("示例县第一小学\n")[2].splitlines()[:7]
    # people, sent, uncertain, failed, waiting, answered, not answered
    assert school == ["3", "2", "0", "1", "0", "1", "1"]
    assert "示例甲" not in counts.main
    missing = await office.get(f"/office/announcements/{number}?list=unanswered")
    assert missing.main.partition("原因\n")[2].splitlines()[:3] == [
        "示例甲",
        "示例县第一小学",
        "还没有回“收到”",
    ]
    failed = await office.get(f"/office/announcements/{number}?list=failed&school=1")
    assert "示例丙" in failed.main.partition("原因\n")[2]
    with county.database.reading() as connection:
        looks = select(audit.c.detail).where(audit.c.action == "announcement.delivery_viewed")
        assert list(connection.scalars(looks)) == [{"number": number, "people": 1}] * 2


@on_one_database
async def test_nobody_is_asked_again_at_night(county, enters):
    number = put(county)
    came_to(county, number, TEACHER, State.SENT)
    office = await enters(OFFICE)
    page = await office.get(f"/office/announcements/{number}")
    assert "1 人送到了、没有回；私下提醒，一人一天最多一次，休息时间不提醒。" in page.main

    done = await office.post(f"/office/announcements/{number}/do", {"what": "remind"})

    assert f"现在是休息时间，没有提醒。公告 {number} 请在 5月21日（周二）07:00 以后再提醒。" in done.main


@on_one_database
async def test_another_person_of_the_office_gives_the_second_word_or_calls_it_off(county, enters):
    with county.database.writing() as connection:
        connection.execute(
            role.insert().values(
                person_id=PRINCIPAL,
                role="office",
                school_id=None,
                group_id=None,
                source="grant",
                granted_at=1,
            )
        )
    waiting, unwanted = (
        put(county, state=AnnouncementState.WAITING, body=body) for body in ("周五答疑", "周六答疑")
    )
    author, colleague = await enters(OFFICE), await enters(PRINCIPAL)

    own = await author.get(f"/office/announcements/{waiting}")
    assert 'value="confirm"' not in own.body
    assert "要另一位项目办同事确认才发。" in own.main
    refused = await author.post(f"/office/announcements/{waiting}/do", {"what": "confirm"})
    assert f"公告 {waiting} 是你发起的，要另一位项目办同事确认：示例丙。" in refused.main
    await colleague.get(f"/office/announcements/{waiting}")
    await colleague.post(f"/office/announcements/{waiting}/do", {"what": "confirm"})
    await colleague.post(f"/office/announcements/{unwanted}/do", {"what": "cancel"})

    assert state_of(county, waiting) is AnnouncementState.POSTED
    assert state_of(county, unwanted) is AnnouncementState.CANCELLED


@on_one_database
async def test_what_waits_for_the_morning_is_called_off(county, enters):
    number = put(county)
    office = await enters(OFFICE)
    shown = await office.get(f"/office/announcements/{number}")
    assert "一条也还没发出。\n取消，不发了" in shown.main
    assert "撤回这条公告" not in shown.main

    done = await office.post(f"/office/announcements/{number}/do", {"what": "cancel"})

    assert f"公告 {number} 已取消，没有发出。" in done.main
    assert state_of(county, number) is AnnouncementState.CANCELLED
    with county.database.reading() as connection:
        states = select(outbox.c.state).where(outbox.c.announcement == number).distinct()
        assert connection.scalars(states).all() == [State.DEAD.value]


@on_one_database
async def test_what_failed_goes_out_again_is_corrected_and_taken_back(county, enters):
    number = put(county)
    came_to(county, number, PRINCIPAL, State.FAILED, "60011")
    office = await enters(OFFICE)
    page = await office.get(f"/office/announcements/{number}")
    assert "1 人没送到；送到的不会重收。" in page.main

    await office.post(f"/office/announcements/{number}/do", {"what": "resend"})
    with county.database.reading() as connection:
        queued = select(func.count()).where(outbox.c.announcement == number, outbox.c.state == "queued")
        assert connection.scalar(queued) == 4
    shown = await office.post(f"/office/announcements/{number}/do", {"what": "correct", "text": "改到三点。"})
    assert shown.url.endswith("/office/announcements/preview")
    assert f"更正公告 {number}（确认后编号） · {county.plan.office}" in shown.main
    await office.post("/office/announcements/confirm", {"ref": ref_in(shown.body)})
    newer = max(one["number"] for one in on_file(county))
    assert f"已被\n公告 {newer}\n更正" in (await office.get(f"/office/announcements/{number}")).main
    # The correction waits for the morning with its four copies.
    asked = await office.get(f"/office/announcements/{newer}?recall=1")
    assert "还没发出的 4 条不再发。撤回以后不能恢复，可以重新发一条。" in asked.main
    back = await office.post(f"/office/announcements/{newer}/do", {"what": "recall"})

    assert "已撤回" in back.main
    assert state_of(county, newer) is AnnouncementState.RECALLED


@on_one_database
async def test_the_leading_group_reads_and_nobody_else_gets_in(county, enters):
    number = put(county)
    with county.database.writing() as connection:
        connection.execute(
            role.update().where(role.c.person_id == PRINCIPAL).values(role="oversight", school_id=None)
        )
    reader, teacher = await enters(PRINCIPAL), await enters(TEACHER)

    page = await reader.get(f"/office/announcements/{number}")
    assert "/do" not in page.body
    assert (await reader.get("/office/announcements/new")).status == 403
    await reader.get("/me")
    assert (await reader.post(f"/office/announcements/{number}/do", {"what": "recall"})).status == 403
    for path in ("/office/announcements", f"/office/announcements/{number}", "/office/announcements/preview"):
        assert (await teacher.get(path)).status == 403
    assert (await reader.get("/office/announcements/999")).status == 404


@on_one_database
async def test_the_list_is_in_pages_and_shows_no_markup(county, enters):
    numbers = [put(county, "<b>粗</b>", state=AnnouncementState.CANCELLED) for _ in range(31)]
    put(county, "所有群", audience=EVERY_GROUP, state=AnnouncementState.EXPIRED)
    office = await enters(OFFICE)

    first = await office.get("/office/announcements")
    older = await office.get(f"/office/announcements?before={numbers[2]}")

    assert "<b>" not in first.body
    assert first.body.count('scope="row"') == 30
    assert older.body.count('scope="row"') == 2
    assert "没人确认，过期了" in first.main
