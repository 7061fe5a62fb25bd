"""Buttons over the stream: a tap says the button's words, once; a card shows what came of it."""

from dataclasses import replace

import pytest

from bot.plan_file import load_plan
from bot.policy.plan import ButtonRule
from bot.tenant.faults import Effect
from bot.tenant.tenant import Outcome
from tests.kit.servers import held

from .conftest import GROUP, until

CARDS = "dingtalk.card.create"
STALE = "这个按钮已经用过或者过期了，这一下没有执行。先看上面有没有结果，没有再重新发一次。"


async def test_a_tap_says_the_words_of_the_button(bot, phones):
    await phones.says("T1", "推荐选点")
    (offered,) = await phones.has("T1", 1)
    assert phones.last("T1").kind == "actionCard"
    assert "1. " in offered
    label = phones.last("T1").buttons[0].label
    assert (await phones.taps("T1", label)).outcome is Outcome.ACKNOWLEDGED
    _, chosen = await phones.has("T1", 2)
    assert label.split()[0] in chosen


async def test_an_old_confirmation_does_nothing_to_a_newer_preview(bot, phones, database):
    await phones.says("T4", "公告 全体老师 第一条")
    await phones.has("T4", 1)
    old = next(one for one in phones.last("T4").buttons if one.label == "确认")
    await phones.says("T4", "公告 全体老师 第二条")
    await phones.has("T4", 2)
    await phones.says("T4", old.value, tapped=True)
    *_, said = await phones.has("T4", 3)
    assert said == STALE
    with database.reading() as connection:
        assert connection.exec_driver_sql("SELECT COUNT(*) FROM announcement").scalar() == 0


async def test_in_a_group_there_is_nothing_to_tap(bot, phones):
    await phones.says("T1", "推荐选点", GROUP)
    await phones.has("T1", 1, GROUP)
    assert not phones.last("T1", GROUP).buttons
    await phones.says("T4", "绑定本群 全市", GROUP)
    await phones.has("T1", 2, GROUP)
    await phones.says("T4", "绑定本群 示例县第一小学", GROUP)
    assert "确认" in (await phones.has("T1", 3, GROUP))[2]
    assert not phones.last("T1", GROUP).buttons


class TestTemplate:
    """Where a template is set up, the buttons stand on a card of their own."""

    @pytest.fixture
    def plan(self):
        return replace(load_plan(None), buttons=ButtonRule(dingtalk_card_template="example.schema"))

    async def offered(self, phones):
        await phones.says("T1", "推荐选点")
        words, card = await phones.has("T1", 2)
        assert phones.last("T1").kind == "card"
        assert card == "选哪一组？"
        assert "1. " in words
        return phones.last("T1")

    async def test_the_words_come_first_and_then_the_card(self, bot, phones):
        card = await self.offered(phones)
        assert len(card.buttons) == 3
        first, _ = [one.drawn for one in phones.tenant.transcript.of(phones.chat("T1")) if one.by_bot]
        assert (first.kind, first.buttons) == ("markdown", ())

    @pytest.mark.parametrize("names", ["content", "value"])
    async def test_a_tap_shows_its_outcome_and_leaves_nothing_to_tap(self, bot, phones, names):
        phones.tenant.switches.dingtalk_card_names = names
        card = await self.offered(phones)
        assert (await phones.taps("T1", card.buttons[0].label)).outcome is Outcome.ANSWERED
        *_, said = await phones.has("T1", 3)
        _, settled, _ = phones.read("T1")
        assert settled == f"选哪一组？\n{said.splitlines()[0]}"
        cards = [one.drawn for one in phones.tenant.transcript.of(phones.chat("T1")) if one.by_bot]
        assert cards[1].buttons == ()

    async def test_a_tap_that_is_delivered_twice_is_done_once(self, bot, phones, database):
        card = await self.offered(phones)
        phones.fault(Effect.TWICE, "dingtalk.stream.card")
        await phones.taps("T1", card.buttons[0].label)
        await phones.has("T1", 3)
        assert len(phones.called("dingtalk.stream.card")) == 2
        with database.reading() as connection:
            kept = connection.exec_driver_sql("SELECT COUNT(*) FROM inbox WHERE folded = 't1'").scalar()
        assert kept == 2  # the question, and one tap

    async def test_where_the_card_is_refused_the_words_have_said_it(self, bot, phones):
        phones.fault(Effect.CODE, CARDS, code="param.invalid")
        await phones.says("T1", "推荐选点")
        await until(lambda: len(phones.called(CARDS)) == 1)
        (words,) = await phones.has("T1", 1)
        assert "回复编号就选定" in words

    async def test_a_slow_answer_is_shown_on_the_card_later(self, bot, phones, database):
        card = await self.offered(phones)
        with held(database):
            heard = await phones.taps("T1", card.buttons[0].label)
            assert heard.outcome is Outcome.ANSWERED
            assert phones.read("T1")[1] == "选哪一组？\n已收到，正在办，结果会发给你。"
        *_, said = await phones.has("T1", 3)
        await until(lambda: phones.read("T1")[1] == f"选哪一组？\n{said.splitlines()[0]}")

    async def test_somebody_elses_tap_in_a_group_leaves_the_card_to_whom_it_was_offered(self, bot, phones):
        await phones.says("T4", "绑定本群 全市", GROUP)
        await phones.has("T4", 1, GROUP)
        await phones.says("T4", "绑定本群 示例县第一小学", GROUP)
        await phones.has("T4", 3, GROUP)
        assert (await phones.taps("T2", "确认", GROUP)).outcome is Outcome.ACKNOWLEDGED
        *_, card, refused = await phones.has("T4", 4, GROUP)
        assert (card, refused) == ("改绑本群？", STALE)
        assert (await phones.taps("T4", "取消", GROUP)).outcome is Outcome.ANSWERED
        *_, card, _, said = await phones.has("T4", 5, GROUP)
        assert said == "已取消：等待确认的操作。什么都没有执行。"
        assert card == f"改绑本群？\n{said}"
