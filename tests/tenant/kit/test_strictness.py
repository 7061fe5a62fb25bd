"""The kit fails where it must, and says what has happened."""

import asyncio
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot.tenant.faults import Effect
from bot.tenant.tenant import Said, SaidKind
from tests.kit import people
from tests.kit.servers import address

pytest_plugins = ("pytester",)
ROOT = Path(__file__).parents[3]


class Parrot:
    """A bot on DingTalk that says what it is told to; `before` goes out while the platform still waits."""

    def __init__(self) -> None:
        self.answer = {"msgtype": "text", "text": {"content": "5月30日（周四）前选点。"}}
        self.status = 200
        self.before = ""
        self.session_webhook = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.session_webhook = (await request.json())["sessionWebhook"]
        if self.before:
            await self.adds(self.before)
        return web.json_response(self.answer, status=self.status)

    async def adds(self, text: str) -> None:
        message = {"msgtype": "text", "text": {"content": text}}
        async with ClientSession() as session, session.post(self.session_webhook, json=message) as answer:
            assert (await answer.json())["errcode"] == 0


@pytest.fixture
async def parrot(tenant):
    parrot = Parrot()
    app = web.Application()
    app.router.add_post("/dingtalk/callback", parrot.hear)
    server = TestServer(app)
    await server.start_server()
    tenant.is_served_by(address(server))
    yield parrot
    await server.close()


@pytest.fixture
def teacher(tenant, parrot):
    return tenant.on("dingtalk").somebody("T1")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(people, "PATIENCE_SECONDS", 0.05)


def complaint(failing) -> str:
    with pytest.raises(AssertionError) as caught:
        failing()
    return str(caught.value)


async def test_what_was_asked_and_read_leaves_nothing_over(tenant, teacher):
    assert await teacher.says("截止时间") == "5月30日（周四）前选点。"

    tenant.nothing_is_left_over()


async def test_a_message_that_nobody_expected_is_complained_of_like_a_play(tenant, teacher, parrot):
    await teacher.says("截止时间")
    await parrot.adds("还有一件事：\n\n请看通知。")

    assert complaint(tenant.nothing_is_left_over) == (
        "never read by the test: 1\n"
        "[dingtalk robot T1]\n"
        "  示例甲: 截止时间\n"
        "  研修助手: 5月30日（周四）前选点。\n"
        "> 研修助手: 还有一件事：\n"
        "      请看通知。"
    )
    assert complaint(teacher.sees_nothing).startswith("there is something to read\n[dingtalk robot T1]\n")


async def test_a_message_that_was_read_is_no_complaint(tenant, teacher, parrot):
    await teacher.says("截止时间")
    await parrot.adds("还有一件事。")

    seen = await teacher.sees()

    assert seen.text == "还有一件事。"
    teacher.sees_nothing()
    tenant.nothing_is_left_over()


async def test_a_message_that_comes_later_is_waited_for(teacher, parrot):
    await teacher.says("截止时间")

    waiting = asyncio.create_task(teacher.sees())
    await asyncio.sleep(0)
    await parrot.adds("还有一件事。")

    assert (await waiting).text == "还有一件事。"


async def test_two_answers_to_one_message_are_both_shown(teacher, parrot):
    parrot.before = "马上就查。"

    with pytest.raises(AssertionError) as caught:
        await teacher.says("截止时间")

    assert str(caught.value) == (
        "2 answers to one message\n"
        "[dingtalk robot T1]\n"
        "  示例甲: 截止时间\n"
        "> 研修助手: 马上就查。\n"
        "> 研修助手: 5月30日（周四）前选点。"
    )


async def test_silence_is_an_empty_answer(tenant, teacher, parrot):
    parrot.answer = {"msgtype": "empty"}

    assert await teacher.says("谢谢") == ""
    tenant.nothing_is_left_over()


async def test_waiting_for_what_never_comes_ends_with_the_chat(teacher, parrot, impatient):
    await teacher.says("截止时间")

    with pytest.raises(AssertionError) as caught:
        await teacher.sees()

    assert str(caught.value) == (
        "nothing to read within 0.05 s\n"
        "[dingtalk robot T1]\n"
        "  示例甲: 截止时间\n"
        "  研修助手: 5月30日（周四）前选点。"
    )


async def test_a_refusal_fails_at_once_and_at_the_end(tenant, teacher, parrot):
    parrot.status = 503

    with pytest.raises(AssertionError, match=r"^refused: .*\n\[dingtalk robot T1\]\n  示例甲: 截止时间"):
        await teacher.says("截止时间")

    said = complaint(tenant.nothing_is_left_over)
    assert "remarks that the test did not expect: 1\n[dingtalk robot T1]\n> 示例甲: 截止时间" in said
    assert "the bot answered dingtalk.callback with 503" in said


async def test_a_refusal_that_was_expected_is_no_complaint(tenant, teacher, parrot):
    parrot.status = 503

    with tenant.expect_refusal(503):
        assert await teacher.says_in_vain("截止时间")

    tenant.nothing_is_left_over()


async def test_an_expected_refusal_must_come(tenant, teacher):
    with pytest.raises(AssertionError, match=r"^no callback was answered 503$"), tenant.expect_refusal(503):
        await teacher.says("截止时间")


async def test_another_refusal_than_the_expected_one_is_complained_of(tenant, teacher, parrot):
    parrot.status = 403

    with pytest.raises(AssertionError, match="no callback was answered 503"), tenant.expect_refusal(503):
        await teacher.says_in_vain("截止时间")

    assert "the bot answered dingtalk.callback with 403" in complaint(tenant.nothing_is_left_over)


async def test_no_answer_in_time_is_a_refusal_as_well(tenant, teacher):
    tenant.is_served_by("http://127.0.0.1:9")  # the discard port, where nobody listens

    with tenant.expect_no_answer():
        assert await teacher.says_in_vain("截止时间")

    tenant.nothing_is_left_over()


async def test_who_is_heard_does_not_speak_in_vain(teacher):
    with pytest.raises(AssertionError, match=r"^the bot has heard it\n\[dingtalk robot T1\]\n"):
        await teacher.says_in_vain("截止时间")


async def test_a_remark_is_complained_of_until_it_is_read(tenant, teacher, parrot):
    parrot.answer = {"msgtype": "nonsense"}

    with pytest.raises(AssertionError):
        await teacher.says("截止时间")

    assert "remarks that the test did not expect: 1" in complaint(tenant.nothing_is_left_over)


async def test_a_fault_that_never_strikes_is_complained_of(tenant, teacher):
    tenant.fault(Effect.TWICE, "wecom.callback")
    await teacher.says("截止时间")

    assert complaint(tenant.nothing_is_left_over) == "the fault twice on wecom.callback still waits to strike"


async def test_a_lasting_fault_has_to_strike_at_least_once(tenant, teacher):
    lasting = tenant.fault(Effect.UNHEARD, "dingtalk.calback", times=None)
    await teacher.says("截止时间")

    assert complaint(tenant.nothing_is_left_over) == (
        "the fault unheard on dingtalk.calback still waits to strike"
    )

    lasting.call, lasting.effect = "dingtalk.callback", Effect.TWICE
    await teacher.says_delivered(1, "截止时间")
    tenant.nothing_is_left_over()


async def test_two_in_one_chat_do_not_wait_for_the_same_answer(tenant, teacher):
    with pytest.raises(AssertionError, match="send both with says_at_once"):
        await asyncio.gather(teacher.says("截止时间"), teacher.says("截止时间"))


async def test_what_is_said_at_once_is_answered_each(tenant, teacher):
    assert await teacher.says_at_once("截止时间", "截止时间") == ["5月30日（周四）前选点。"] * 2
    tenant.nothing_is_left_over()


async def test_a_button_that_speaks_can_be_tapped(tenant, teacher, parrot):
    said = "dtmd://dingtalkclient/sendMessage?content=%E8%BF%98%E5%B7%AE%E4%BB%80%E4%B9%88"
    parrot.answer = {
        "msgtype": "actionCard",
        "actionCard": {"title": "学时", "text": "学时更新了。", "singleTitle": "还差什么", "singleURL": said},
    }
    assert await teacher.says("我的学时") == "学时更新了。"
    seen = teacher.looks()
    parrot.answer = {"msgtype": "text", "text": {"content": "线上 6.5 学时。"}}

    assert seen.buttons == ("还差什么",)
    assert await seen.tap("还差什么") == "线上 6.5 学时。"
    with pytest.raises(
        AssertionError, match=r"^there is no '通过' to tap, only \('还差什么',\)\n学时更新了。$"
    ):
        await seen.tap("通过")
    tenant.nothing_is_left_over()


async def test_what_is_not_text_is_sent_as_well(tenant, teacher):
    assert await teacher.sends(Said(kind=SaidKind.VOICE, text="截止时间")) == "5月30日（周四）前选点。"


STORY = """
import pytest
from bot.tenant.transcript import Author, Drawn
from bot.tenant.people import Chat, Platform, Room
from tests.kit.fixtures import pytest_runtest_call, tenant


def post(tenant):
    chat = Chat(Platform.WECOM, Room.APP, "T1")
    drawn = Drawn(kind="text", text="学时更新了。", html="", wire=None)
    tenant.app.tenant.transcript.post(chat, drawn, Author("研修助手"), at_ms=1)


async def test_reads(tenant):
    post(tenant)
    seen = await tenant.on("wecom").somebody("T1").sees()
    assert seen.text == "学时更新了。"


async def test_does_not_read(tenant):
    post(tenant)


async def test_fails_for_another_reason(tenant):
    post(tenant)
    assert not "another reason"


@pytest.fixture
def late(tenant):
    yield
    post(tenant)


async def test_does_not_read_what_comes_at_the_very_end(late):
    pass
"""


def test_a_story_that_leaves_something_unread_fails(pytester, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    pytester.makeini("[pytest]\nasyncio_mode = auto\n")
    # The hook belongs to a conftest.py; the rest may stand in the test's own file.
    pytester.makeconftest("from tests.kit.fixtures import pytest_runtest_call, tenant\n")
    pytester.makepyfile(STORY)

    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--import-mode=importlib")

    result.assert_outcomes(passed=2, failed=2, errors=1)
    result.stdout.fnmatch_lines(
        [
            "*ERROR at teardown of test_does_not_read_what_comes_at_the_very_end*",
            "*AssertionError: never read by the test: 1*",
            "*test_does_not_read *",
            "*AssertionError: never read by the test: 1*",
            "*test_fails_for_another_reason*",
            "*another reason*",
        ]
    )


async def test_a_call_that_the_platform_refuses_is_complained_of(teacher, tenant, parrot):
    async with ClientSession() as session:
        webhook = f"{tenant.url}/dingtalk/oapi/robot/send?access_token=nobody"
        await session.post(webhook, json={"msgtype": "text", "text": {"content": "在吗"}})

    with pytest.raises(AssertionError, match=r"called dingtalk.robot\.send and was refused: .*400101"):
        tenant.nothing_is_left_over()

    with tenant.expect_platform_refusal():
        async with ClientSession() as session:
            await session.post(webhook, json={})
    assert len(tenant.attention.complaints()) == 1
