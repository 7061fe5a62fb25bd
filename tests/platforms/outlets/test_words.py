"""What is said arrives as it was said, in pages that the platform takes."""

import json
import re

import pytest

from bot.sending import Taken
from bot.tenant.faults import Effect
from messages.outgoing import Data, Reply, answer, heading, item, quote, text
from tests.platforms.outlets.conftest import CALLS

RANKING = answer(
    heading("小学 5月20日"),
    item("1 示例县第一小学 12/30 合格率 40.0%"),
    item("2 示例县第二小学 9/30 合格率 30.0%"),
    quote("数据截至 2024-05-20"),
)
READ = "小学 5月20日\n· 1 示例县第一小学 12/30 合格率 40.0%\n· 2 示例县第二小学 9/30 合格率 30.0%\n数据截至 2024-05-20"
KINDS = {
    "wecom.app": "text",
    "wecom.webhook": "markdown_v2",
    "dingtalk.robot": "markdown",
    "dingtalk.webhook": "markdown",
    "dingtalk.group": "markdown",
}
LIMITS = {
    "wecom.app": 2048,
    "wecom.webhook": 4096,
    "dingtalk.robot": 15_000,
    "dingtalk.webhook": 20_000,
    "dingtalk.group": 15_000,
}
"""Bytes: of the content on WeCom, of msgParam or the whole body on DingTalk."""
HOSTILE = [
    "[点我](https://evil.example.cn)",
    "<@T1>",
    "@T1",
    "# 大",
    "![x](https://e.example.cn/x.png)",
    "|a|b|",
]


def long_ranking(rows):
    lines = (item(f"{n} 示例县第{n}小学 12/30 合格率 40.0% 平均完成度 71.3%") for n in range(1, rows + 1))
    return answer(heading("小学"), *lines)


async def test_an_answer_reads_the_same_on_every_way(end):
    (page,) = end.outlet.pages(RANKING)

    (taken,) = await end.send(page)
    assert isinstance(taken, Taken)
    assert end.texts() == [READ]
    assert [drawn.kind for drawn in end.drawn()] == [KINDS[end.outlet.name]]


async def test_one_sentence_is_a_text(end):
    (page,) = end.outlet.pages(answer(text("编号 12 通过了。")))
    await end.send(page)

    assert [(drawn.kind, drawn.text) for drawn in end.drawn()] == [("text", "编号 12 通过了。")]


@pytest.mark.parametrize("hostile", HOSTILE)
async def test_nothing_in_a_name_becomes_a_link_or_a_mention(end, hostile):
    (page,) = end.outlet.pages(answer(heading("说明"), item(Data(hostile))))
    await end.send(page)

    (drawn,) = end.drawn()
    assert (drawn.kind, drawn.text, drawn.mentions) == ("text", f"说明\n· {hostile}", ())
    assert [link.label for link in drawn.links if link.label == "点我"] == []


async def test_a_long_answer_is_taken_page_by_page(end):
    """At 300 schools a platform that refuses or cuts what is too long would show it."""
    pages = end.outlet.pages(long_ranking(300))
    for number, page in enumerate(pages):
        await end.send(page, key=f"k{number}")

    told = "\n".join(end.texts())
    assert [int(n) for n in re.findall(r"示例县第(\d+)小学 12/30", told)] == list(range(1, 301))
    assert re.findall(r"\((\d+)/(\d+)\)", told) == [(str(n), str(len(pages))) for n in range(1, len(pages))]
    assert max(map(size_on_the_wire, end.exchanges())) <= LIMITS[end.outlet.name]


def size_on_the_wire(exchange):
    body = json.loads(exchange.body)
    if exchange.name.startswith("wecom"):
        return len(body[body["msgtype"]]["content"].encode())
    return len((body.get("msgParam") or exchange.body).encode())


@pytest.mark.parametrize("name", LIMITS)
@pytest.mark.parametrize("line", ['“甲”说："乙"\\', "", "学\n时"], ids=["quotes", "empty", "breaks"])
def test_whatever_json_makes_of_a_page_is_within_the_limit(outlets_of, name, line):
    outlet = outlets_of("http://127.0.0.1:9")[name]
    for page in outlet.pages(answer(heading("小学"), *[text(line)] * 5000)):
        inner = {"title": page.title, "text": page.body}
        written = page.body if name.startswith("wecom") else json.dumps(inner, ensure_ascii=False)
        assert len(written.encode()) <= LIMITS[name] - (0 if name.startswith("wecom") else 200)


async def test_a_hundred_schools_are_at_most_two_pages_on_dingtalk(outlets_of):
    outlets = outlets_of("http://127.0.0.1:9")
    assert {name: len(outlets[name].pages(long_ranking(100))) for name in CALLS if "dingtalk" in name} == {
        "dingtalk.robot": 2,
        "dingtalk.webhook": 1,
        "dingtalk.group": 2,
    }


TOO_LONG = {
    "wecom.app": 45002,
    "wecom.webhook": 40058,
    "dingtalk.robot": "invalidParameter.msgParam.tooLong",
    "dingtalk.webhook": 460101,
    "dingtalk.group": "invalidParameter.msgParam.tooLong",
}


async def test_what_is_refused_as_too_long_goes_out_in_halves(end):
    end.tenant.fault(Effect.CODE, end.call, code=TOO_LONG[end.outlet.name])
    lines = [f"第{n:02}行：学时和微能力点都在这里。" for n in range(20)]

    (taken,) = await end.send(Reply(body="\n".join(lines)))

    # Each half has a name of its own, where the platform gives names at all.
    assert len(set(taken.receipts)) == (0 if "webhook" in end.outlet.name else 2)

    assert len(end.texts()) == 2
    assert end.texts()[0].endswith("\n(1/2)")
    assert "\n".join(end.texts()).replace("\n(1/2)", "").split("\n") == lines


async def test_halves_are_tried_once(end):
    end.tenant.fault(Effect.CODE, end.call, code=TOO_LONG[end.outlet.name], times=None)
    failed = await end.refusal(Reply(body="学时\n" * 60))

    assert failed.verdict.do.value == "leave"
    assert len(end.exchanges()) == 2


async def test_when_only_the_second_half_is_lost_the_message_is_in_doubt(end):
    end.tenant.fault(Effect.CODE, end.call, code=TOO_LONG[end.outlet.name])
    page = Reply(body="\n".join(["学时"] * 60))
    # They strike one after the other: the second call is the first half.
    end.tenant.fault(Effect.SLOW, end.call, seconds=0.0)
    end.tenant.fault(Effect.CODE, end.call, code=85002 if "wecom" in end.outlet.name else "system.error")

    failed = await end.refusal(page)

    assert failed.verdict.do.value == "doubt"
    assert len(end.texts()) == 1
