"""What every platform has to keep, whoever brings the messages; described.py says all that differs."""

import asyncio
from contextlib import nullcontext

import pytest
from sqlalchemy import select
from yarl import URL

from bot.sending import Address, Attempt, Do, SendFailed, Verdict
from bot.tenant.faults import Effect
from messages.outgoing import Reply, answer, heading, item
from storage.inbox import fold
from storage.tables import inbox, role
from tests.contract.described import PLATFORMS

pytestmark = pytest.mark.one_database

HINT = "你发得太快了（每分钟最多 20 条），这条没有处理。请过一分钟再发。"
FOOTER = "回复“更多”看下一段"
PAGE = Reply(body="编号 12 通过了。")
MOST_PAGES = 20


def only(which):
    """Of all platforms those that a promise concerns."""
    found = [one for one in PLATFORMS if which(one)]
    return pytest.mark.parametrize("described", found, ids=lambda one: one.name, indirect=True)


def heard(county):
    """Messages as they were taken in."""
    query = select(inbox.c.platform, inbox.c.folded, inbox.c.text, inbox.c.outcome).order_by(inbox.c.id)
    with county.database.reading() as connection:
        return [tuple(row) for row in connection.execute(query)]


# ── what is said to the bot ──


async def test_a_message_is_taken_in_once_and_has_one_answer(described, county, seat):
    said = await seat("T1").says("截止时间")

    assert "5月30日" in said
    assert heard(county) == [(described.platform.value, "t1", "截止时间", "answered")]


async def test_the_answer_is_read_by_whoever_has_asked(seat):
    first, second = seat("T1"), seat("T2")

    mine, others = await asyncio.gather(first.says("我是谁"), second.says("我是谁"))

    assert ("示例甲" in mine, "示例乙" in mine) == (True, False)
    assert ("示例乙" in others, "示例甲" in others) == (True, False)


async def test_an_account_is_the_same_however_its_letters_are_written(described, county, seat):
    assert "你是示例甲" in await seat(fold("T1")).says("我是谁")

    assert [row[1] for row in heard(county)] == ["t1"]


async def test_a_long_answer_comes_in_pages_and_nothing_is_lost(described, county, seat):
    reader = seat("T1")
    pages = [await reader.says("微能力清单")]
    while FOOTER in pages[-1] and len(pages) < MOST_PAGES:
        pages.append(await reader.says("更多"))

    assert all(len(page.encode()) <= described.page_bytes for page in pages)
    # Nothing is lost on the way: thirty points, each once.
    whole = "\n".join(pages)
    assert [point.code for point in county.catalogue if f"{point.code} {point.name}" not in whole] == []
    assert await reader.says("更多") == "没有更多内容了。"


@only(lambda one: one.hears_groups)
async def test_ones_own_figures_are_not_shown_to_a_group(seat):
    teacher = seat("T1")

    in_group = await teacher.says("我的学时", in_group=True)

    assert "18.5" not in in_group
    assert "私" in in_group
    assert "5月30日" in await teacher.says("截止时间", in_group=True)
    if hasattr(teacher, "person"):  # who cannot be written to is told to ask again in private
        assert "18.5 学时" in (await teacher.person.sees()).text


async def test_a_stranger_learns_nothing_but_how_to_be_known(seat):
    said = await seat("T9").says("我的学时")

    assert "绑定" in said
    assert "学时，" not in said


async def test_talk_is_not_answered(county, seat):
    assert await seat("T1").says("收到") == ""
    assert [row[3] for row in heard(county)] == ["silent"]


@only(lambda one: one.repeats)
async def test_what_the_platform_delivers_again_has_no_second_effect(county, seat):
    teacher = seat("T1")
    chosen = await teacher.says("选点 A1 A5 B2")

    assert await teacher.again() == chosen
    assert len(heard(county)) == 1


@only(lambda one: one.counted)
async def test_the_twenty_first_message_of_a_minute_gets_a_hint_and_the_next_ones_nothing(seat):
    teacher = seat("T1")

    said = [await teacher.says("截止时间") for _ in range(23)]

    assert len(set(said[:20])) == 1
    assert said[20] == HINT
    assert said[21:] == ["", ""]
    assert await seat("T2").says("截止时间") == said[0]  # nobody uses up another's minute


@only(lambda one: one.counted and one.repeats)
async def test_repetitions_do_not_count(seat):
    teacher = seat("T1")
    first = await teacher.says("截止时间")

    assert {await teacher.again() for _ in range(29)} == {first}
    assert await teacher.says("截止时间") == first


# ── what strangers send ──


@only(lambda one: one.callback)
@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_what_it_says_is_refused(described, bot, encoding):
    reply = await bot.client.post(described.callback, data=b"hello", headers={"Content-Encoding": encoding})

    assert reply.status == 400


@only(lambda one: one.callback)
async def test_a_body_over_the_limit_is_refused(described, bot):
    reply = await bot.client.post(described.callback, data=b"x" * (64 * 1024 + 1))

    assert reply.status == 413


@only(lambda one: one.callback)
async def test_a_request_that_proves_nothing_is_refused_and_leaves_no_trace(described, county, bot):
    for body in (b"", b"{}", b"<xml></xml>"):
        reply = await bot.client.post(described.callback, data=body)
        assert (body, reply.status) == (body, described.unsigned_status)

    assert heard(county) == []


def forged(proof):
    """Another proof of the same length."""
    return proof[:-2] + ("xx" if proof[-2:] != "xx" else "yy")


@only(lambda one: one.callback)
async def test_a_proof_that_is_not_right_is_refused_and_leaves_no_trace(described, county, bot, tenant, seat):
    await seat("T1").says("截止时间")
    asked = tenant.callbacks()[-1]
    url, name = URL(asked.url), described.proof
    headers = {
        key: forged(value) if key.lower() == name else value
        for key, value in asked.headers.items()
        if key.lower() not in ("host", "content-length")
    }
    query = {key: forged(value) if key == name else value for key, value in url.query.items()}
    assert (query, headers) != (dict(url.query), dict(asked.headers)), "there is a proof to forge"

    reply = await bot.client.post(url.path, params=query, headers=headers, data=asked.body.encode())

    assert reply.status == described.unsigned_status
    assert len(heard(county)) == 1


@only(lambda one: one.callback)
async def test_a_request_that_is_hours_old_is_refused_though_it_was_signed(
    described, county, clock, tenant, seat
):
    with county.database.writing() as connection:
        connection.execute(role.delete())  # nobody is there to be told of it
    clock.waits(2 * 3600)

    with tenant.expect_refusal(described.unsigned_status):
        await seat("T1").person.says_in_vain("截止时间")

    assert heard(county) == []


# ── what the bot says unasked ──


async def outcomes(outlet, to, page=PAGE, **attempt):
    """For each: None where it was taken, else what is to be done about it."""
    try:
        found = await outlet.send(to, page, Attempt(**{"key": "k1"} | attempt))
    except SendFailed as failed:
        return [failed.verdict.do] * len(to)
    return [one.do if isinstance(one, Verdict) else None for one in found]


async def outcome(outlet, page=PAGE, **attempt):
    """Of one person."""
    (found,) = await outcomes(outlet, [Address(name="p1", account="T1")], page, **attempt)
    return found


@only(lambda one: one.outgoing)
async def test_what_is_sent_is_read_by_whom_it_is_for(outlet, seat):
    reader, other = seat("T1"), seat("T2")

    assert await outcome(outlet) is None

    assert (await reader.person.sees()).text == PAGE.body
    other.person.sees_nothing()


@only(lambda one: one.outgoing)
@pytest.mark.parametrize(("what", "do"), [("again", Do.AGAIN), ("never", Do.LEAVE), ("stop", Do.STOP)])
async def test_a_refusal_says_whether_to_try_again(described, county, tenant, outlet, seat, what, do):
    code = getattr(described.outgoing, what)
    if code is None:
        pytest.skip("this way has no such answer")
    tenant.fault(Effect.CODE, described.outgoing.call, code=code)

    assert await outcome(outlet) is do

    seat("T1").person.sees_nothing()


@only(lambda one: one.outgoing)
async def test_without_an_answer_it_is_in_doubt_and_never_called_lost(described, tenant, outlet, seat):
    reader = seat("T1")
    tenant.fault(Effect.LOST_ANSWER, described.outgoing.call)

    assert await outcome(outlet) is Do.DOUBT

    assert (await reader.person.sees()).text == PAGE.body  # it was taken, as it happens


@only(lambda one: one.outgoing)
async def test_what_the_platform_says_to_know_again_is_read_once(described, tenant, outlet, seat):
    if not outlet.knows_repetitions_for_s:
        pytest.skip("it knows no repetitions, and says so")
    reader = seat("T1")
    tenant.fault(Effect.LOST_ANSWER, described.outgoing.call)
    assert await outcome(outlet) is Do.DOUBT

    assert await outcome(outlet, first_tried_s=1) is None

    assert (await reader.person.sees()).text == PAGE.body
    reader.person.sees_nothing()


@only(lambda one: one.outgoing)
async def test_of_several_each_reads_it_and_has_a_verdict_of_their_own(tenant, outlet, seat):
    readers = [seat("T1"), seat("T2")]
    to = [
        Address(name=f"p{number}", account=account) for number, account in enumerate(("T1", "Nobody", "T2"))
    ]
    at_once = outlet.limits.receivers
    # Who asks for one at a time is refused as a whole where it is somebody whom nobody knows.
    refused = tenant.expect_platform_refusal() if at_once == 1 else nullcontext()

    verdicts = []
    with refused:
        for start in range(0, len(to), at_once):
            verdicts += await outcomes(outlet, to[start : start + at_once])

    assert verdicts == [None, Do.LEAVE, None]
    for reader in readers:
        assert (await reader.person.sees()).text == PAGE.body


@only(lambda one: one.outgoing)
async def test_as_much_as_the_outlet_allows_itself_for_one_person_arrives(outlet, seat):
    reader = seat("T1")
    pages = [Reply(body=f"第 {number} 条") for number in range(outlet.limits.each.most)]

    for number, page in enumerate(pages):
        assert await outcome(outlet, page, key=f"k{number}") is None

    assert [(await reader.person.sees()).text for _ in pages] == [page.body for page in pages]


@only(lambda one: one.outgoing)
async def test_long_words_go_out_in_numbered_pages(described, outlet):
    lines = [f"第 {number} 项：示例县第一小学的研修活动，时间、地点和材料都在链接里" for number in range(200)]

    pages = outlet.pages(answer(heading("活动"), *map(item, lines)))

    assert len(pages) > 1
    assert all(len(page.body.encode()) <= described.page_bytes for page in pages)
    whole = "\n".join(page.body for page in pages)
    assert all(line in whole for line in lines)
    for number, page in enumerate(pages[:-1], 1):
        assert f"({number}/{len(pages)})" in page.body
