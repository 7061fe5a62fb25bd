"""What holds for every text whatsoever."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.cli.understand import as_json
from bot.points_file import load_catalogue
from messages.commands import Command, Understood
from messages.understanding.read import Reader

CATALOGUE = load_catalogue()
READER = Reader(CATALOGUE)

# Whoever uses none of these words does not get the order carried out.
TRIGGERS = {
    Command.CHOOSE: "选|報|报|定|就|選|旋|玄",
    Command.SWAP: "换|換|改|替|不|退选|去掉|删掉|取消|重选|重新选|选错|退|唤",
    Command.WITHDRAW: "撤|收回",
    Command.APPROVE: "过|過|合格|优|優|批准",
    Command.SEND_BACK: "退|打回|驳回|駁回",
    Command.ANNOUNCE: "公告|通知|通告|群发|广播|推送|下发|消息|群發|發|播",
    Command.CONFIRM: "确认|確認|確认|确認",
    Command.REMIND: "提醒|催|督促|提个醒",
    Command.REOPEN: "重开|重新打开|重新开放|解锁|重開",
    Command.RESEND: "重发|重新发|再发|补发|重發|發",
    Command.CORRECT: "更正|勘误|订正|訂正|誤",
    Command.SCHEDULE: "定",
    Command.CONSENT: "同意|授权|授權",
    Command.DISSENT: "不",
    Command.ACCEPT_FILING: "备案|備案|备|備",
    Command.RETURN_FILING: "备案|備案|备|備",
    Command.APPEAL: "申|复议|复核|异议|不服|不认可|訴|異議|議",
    Command.BIND: "绑|我是|我叫|綁|绑定",
    Command.BIND_GROUP: "绑|綁",
    Command.SCOPE: "范围|範|圍|围",
}

PIECES = st.sampled_from(
    [
        "A1",
        "a5",
        "Ｂ２",
        "C9",
        "A14",
        "诶五",
        "3",
        "12号",
        "第1、3、5个",
        "、",
        ",",
        "。",
        "吗",
        "了",
        "不",
        "没",
        "别",
        "我",
        "你",
        "谁",
        "怎么",
        "通过",
        "退回",
        "撤回",
        "优秀",
        "合格",
        "提交",
        "交",
        "选点",
        "选",
        "换点",
        "换成",
        "公告",
        "通知",
        "确认",
        "提醒",
        "重开",
        "备案",
        "备案通过",
        "定时",
        "明天",
        "5月20日",
        "学时",
        "还差什么",
        "截止",
        "排名",
        "本校",
        "名单",
        "没交",
        "幼儿园",
        "组长",
        "绑定",
        "张三",
        "123456",
        "简报",
        "总结",
        "案例",
        "https://a.cn/x",
        "提取码:8k2d",
        "@研修助手",
        "@所有人",
        "收到",
        "谢谢",
        "👍",
        "\u200b",
        "\u3000",
        "\n",
        "同过",
        "推回",
        "学石",
    ]
)
SENTENCES = st.one_of(
    st.text(max_size=60),
    st.lists(PIECES, max_size=9).map("".join),
    st.lists(PIECES, max_size=7).map(" ".join),
)


@given(SENTENCES, st.booleans(), st.sets(st.sampled_from(["teacher", "leader", "school", "office"])))
def test_any_text_is_one_of_order_silence_and_question(text, in_group, roles):
    understood = READER.read(text, in_group=in_group, roles=frozenset(roles))
    assert isinstance(understood, Understood)
    assert (understood.command is not None) + understood.silent <= 1
    assert len(understood.suggestions) <= 3
    assert set(as_json(understood)) <= {"command", "arguments", "suggestions"}


@given(SENTENCES)
def test_codes_are_always_in_the_catalogue(text):
    codes = READER.read(text).arguments.codes
    assert all(code in CATALOGUE for code in codes)
    assert len(set(codes)) == len(codes)


@given(SENTENCES)
def test_an_order_that_could_harm_needs_its_word(text):
    understood = READER.read(text)
    trigger = TRIGGERS.get(understood.command) if understood.command else None
    assert trigger is None or re.search(trigger, text), understood


@given(SENTENCES)
def test_a_submission_needs_a_link_or_the_word(text):
    understood = READER.read(text)
    if understood.command is Command.SUBMIT:
        assert understood.arguments.links or re.search("交|传|提|发|码|这", text)


@pytest.mark.parametrize(
    "change", ["@研修助手 {}", "{} @研修助手", "  {}　", "\u200b{}\ufeff", "＠研修助手\u2005{}"]
)
def test_mentions_and_blanks_change_nothing(change, corpus):
    for lines in corpus.values():
        for line in lines:
            before = READER.read(line.text, roles=line.roles)
            assert READER.read(change.format(line.text), roles=line.roles) == before, line.text


FULL_WIDTH = {ord(c): ord(c) + 0xFEE0 for c in "ABCabc0123456789,:?!()"}


def test_full_width_changes_nothing(corpus):
    for lines in corpus.values():
        for line in lines:
            if "/" in line.text:  # a link typed in full width ends elsewhere
                continue
            before = READER.read(line.text, roles=line.roles)
            after = READER.read(line.text.translate(FULL_WIDTH), roles=line.roles)
            assert (after.command, after.silent, after.arguments.codes, after.arguments.numbers) == (
                before.command,
                before.silent,
                before.arguments.codes,
                before.arguments.numbers,
            ), line.text


@pytest.mark.parametrize(
    "pieces",
    [
        "还没",
        "我们组",
        "不发算了",
        "有没有更多",
        "急着别把",
        "编号1 撤",
        "取消先不发",
        "给赵绑定码",
        "我们组的把",
    ],
)
@pytest.mark.parametrize("length", [30, 59, 150, 20_000])
def test_words_repeated_in_vain_take_no_longer_than_others(reader, pieces, length):
    text = (pieces * length)[:length]
    reader.read(text)  # compiles what it asks
    started = time.perf_counter()
    reader.read(text)
    assert time.perf_counter() - started < 0.1  # seconds; a pattern that backtracks takes hours
