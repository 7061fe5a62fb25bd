"""发件箱: what was not delivered, sent again or let be; nobody's own figures are shown."""

import pytest
from sqlalchemy import insert, select, update

from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage import chat_groups, outbox_letters
from storage.delivery_tables import outbox
from storage.outbox import Post, State, post
from storage.outbox_letters import Shelf, Sought
from storage.sealing import Sealing
from storage.tables import audit

ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LATER = 4_000_000_000_000  # nothing goes out by itself before then


@pytest.fixture
def letters(county):
    """Three that failed to reach people, one of a group that waits, one whose fate nobody knows."""
    with county.database.writing() as connection:
        sealing = Sealing(county.secret_key)
        binding = chat_groups.Binding(way=Way.WECOM_AIBOT, address="wrA", school_id=1, title="语文群")
        chat_groups.bind(connection, binding, sealing, at=1, by="operator")
        at = county.clock.real_ms()
        secret = answer("你的线上学时是 18.5 学时")
        posts = [Post(key=f"n{n}", kind=Kind.NOTICE, answer=secret, person_id=n) for n in (1, 2, 3)]
        posts += [
            Post(key="r1", kind=Kind.RANKING, answer=answer("全县合格率 62.5%"), group_id=1),
            Post(key="u1", kind=Kind.ANNOUNCEMENT, answer=answer("明天培训"), person_id=1),
        ]
        post(connection, posts, at=at)
        ended = update(outbox).values(done_at=at)
        of_people = outbox.c.key.in_(["n1", "n2", "n3"])
        connection.execute(
            ended.where(of_people).values(state="failed", reason="81013", why="收件人全部无效。核对名册。")
        )
        connection.execute(ended.where(outbox.c.key == "u1").values(state="uncertain", reason="doubt"))
        connection.execute(
            update(outbox).where(outbox.c.key == "r1").values(next_try_at=LATER, expires_at=LATER)
        )
    return county


def states(county):
    with county.database.reading() as connection:
        rows = connection.execute(select(outbox.c.key, outbox.c.state, outbox.c.dismissed_at.is_not(None)))
        return {key: (state, bool(dismissed)) for key, state, dismissed in rows}


@ONE_DATABASE
async def test_what_failed_is_told_by_cause_with_a_cure_and_without_anybodys_figures(letters, enters):
    office = await enters(4)

    page = await office.get("/office/outbox")

    assert "收件人全部无效。核对名册（错误码 81013）：3 条" in page.main
    assert "照平台的说法处理好，再发一次" in page.main
    assert "平台没有回答：1 条" in page.main
    assert "18.5" not in page.body
    assert "明天培训" in page.main  # an announcement is no secret
    assert "全县合格率" not in page.main
    waiting = await office.get("/office/outbox?shelf=waiting")
    assert "全县合格率 62.5%" in waiting.main
    assert "81013" not in waiting.main
    only = await office.get("/office/outbox?person=2")
    assert only.main.count("示例乙") == 1
    assert "示例丙" not in only.main
    with letters.database.reading() as connection:
        looked = select(audit.c.detail).where(audit.c.action == "outbox.listed").order_by(audit.c.id)
        assert connection.scalar(looked) == {"messages": 4, "shelf": "undelivered"}


async def test_all_of_one_cause_go_out_again(letters, enters):
    office = await enters(4)
    await office.get("/office/outbox")
    with letters.database.writing() as connection:  # so that nothing really goes out in this test
        connection.exec_driver_sql("DELETE FROM account")

    done = await office.post("/office/outbox/again", {"reason": "81013"})

    assert "3 条消息再发一次，几秒内开始。" in done.main
    assert {state for key, (state, _) in states(letters).items() if key.startswith("n")} == {"queued"}
    again = await office.post("/office/outbox/again", {"reason": "81013"})
    assert again.status == 400
    assert "没有可以再发的" in again.main


async def test_what_is_let_be_is_listed_no_more_and_may_still_go_out(letters, enters):
    office = await enters(4)
    await office.get("/office/outbox")

    done = await office.post("/office/outbox/let-be", {"state": "failed", "reason": "81013"})

    assert "3 条不再管了。" in done.main
    assert "81013" not in done.main
    with letters.database.reading() as connection:
        number = connection.scalar(select(outbox.c.id).where(outbox.c.key == "r1"))
    waiting = await office.post(
        "/office/outbox/let-be", {"letter": str(number), "here": "/office/outbox?shelf=all"}
    )
    assert waiting.url.endswith("/office/outbox?shelf=all")
    assert states(letters) == {
        **{f"n{n}": ("failed", True) for n in (1, 2, 3)},
        "r1": ("dead", True),
        "u1": ("uncertain", False),
    }
    assert "放弃了，不用管了" in waiting.main
    with letters.database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM account")
        first = connection.scalar(select(outbox.c.id).where(outbox.c.key == "n1"))
    assert "1 条消息再发一次" in (await office.post("/office/outbox/again", {"letter": str(first)})).main
    assert states(letters)["n1"] == ("queued", False)


@ONE_DATABASE
@pytest.mark.parametrize(
    "query",
    [
        "shelf=x",
        "kind=x",
        "outlet='",
        "person=abc",
        "group=-1",
        "before=99999999999999999999",
        "person=0",
        "reason=%00",
    ],
)
async def test_nonsense_in_the_address_breaks_nothing(county, enters, query):
    assert (await (await enters(4)).get(f"/office/outbox?{query}")).status == 200


@ONE_DATABASE
async def test_a_form_leads_back_to_this_page_only(letters, enters):
    office = await enters(4)
    await office.get("/office/outbox")

    form = {"state": "failed", "reason": "81013", "here": "https://evil.example/office/outbox?"}
    done = await office.post("/office/outbox/let-be", form)

    assert done.url == f"{office.base}/office/outbox"


def test_a_long_outbox_is_turned_page_by_page_without_losing_one(database, monkeypatch):
    monkeypatch.setattr(outbox_letters, "LOOKED_THROUGH", 40)
    with database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO school (id, name, kind) VALUES (1, '示例县第一小学', 'primary')"
        )
        connection.exec_driver_sql(
            "INSERT INTO person (id, school_id, staff_no, name) VALUES (1, 1, 'T1', '示例甲')"
        )
        rows = [
            {
                "key": f"k{n}", "kind": "alarm" if n % 30 == 0 else "notice", "person_id": 1, "content": '[["text", ["x"]]]',
                "noted_at": n, "state": "sent", "done_at": n,
            }
            for n in range(1, 121)
        ]  # fmt: skip
        connection.execute(insert(outbox), rows)
    seen, before, turns = [], None, 0
    with database.reading() as connection:
        while turns < 10:
            sought = Sought(shelf=Shelf.ALL, kind=Kind.ALARM, before=before)
            page = outbox_letters.letters(connection, sought, most=50)
            seen += [one.key for one in page.letters]
            turns += 1
            before = page.before
            if before is None:
                break
    assert seen == ["k120", "k90", "k60", "k30"]
    # 120 numbers in stretches of 40: 81–120, 41–80, 1–40.
    assert turns == 3
    assert State.SENT.value == "sent"


@ONE_DATABASE
async def test_no_two_ways_out_read_alike(enters):
    office = await enters(4)
    page = await office.get("/office/outbox")

    assert page.body.count(">企业微信智能机器人（私信）<") == 1
    assert page.body.count(">企业微信智能机器人（群）<") == 1
