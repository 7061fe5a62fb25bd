"""What can be tapped on DingTalk: only in private, only what fits, and nobody's data become markup."""

import json
from urllib.parse import unquote

import pytest

from bot.platforms.dingtalk.bodies import message, sample
from bot.tenant.dingtalk.messages import check_message
from bot.tenant.dingtalk.samples import check_sample
from messages.outgoing import Buttons, Choice, Pick, Reply

CONFIRM = Choice(label="确认", says="确认〔K7Q2〕")
CANCEL = Choice(label="取消", says="取消〔K7Q2〕")
SAYING = "dtmd://dingtalkclient/sendMessage?content="
CONFIRMING = f"{SAYING}%E7%A1%AE%E8%AE%A4%E3%80%94K7Q2%E3%80%95"
CANCELLING = f"{SAYING}%E5%8F%96%E6%B6%88%E3%80%94K7Q2%E3%80%95"


def numbered(count, label="第 {} 个"):
    return tuple(Choice(label=label.format(n), says=f"{n}〔K7Q2〕") for n in range(1, count + 1))


def page(*choices, body="### 换点\n\n- A5 换成 A7", markdown=True, pick=None):
    buttons = Buttons(about="确认换点？", choices=choices, pick=pick)
    return Reply(body=body, markdown=markdown, title="换点" if markdown else "", buttons=buttons)


def sampled(reply):
    found = sample(reply, private=True)
    params = json.loads(found["msgParam"])
    check_sample(found["msgKey"], found["msgParam"])
    return found["msgKey"], params


def test_two_short_choices_stand_side_by_side():
    found = message(page(CONFIRM, CANCEL), private=True)
    check_message(found)
    assert found == {
        "msgtype": "actionCard",
        "actionCard": {
            "title": "换点",
            "text": "### 换点\n\n- A5 换成 A7",
            "btnOrientation": "1",
            "btns": [
                {"title": "确认", "actionURL": CONFIRMING},
                {"title": "取消", "actionURL": CANCELLING},
            ],
        },
    }


@pytest.mark.parametrize("choices", [numbered(1), numbered(2, "第 {} 个微能力"), numbered(3), numbered(6)])
def test_other_choices_stand_one_below_the_other(choices):
    found = message(page(*choices), private=True)
    check_message(found)
    assert found["actionCard"]["btnOrientation"] == "0"
    assert [button["title"] for button in found["actionCard"]["btns"]] == [one.label for one in choices]


def test_in_a_group_there_is_nothing_to_tap():
    reply = page(CONFIRM, CANCEL)
    assert message(reply) == {"msgtype": "markdown", "markdown": {"title": "换点", "text": reply.body}}
    assert sample(reply)["msgKey"] == "sampleMarkdown"


def test_several_of_a_list_cannot_be_picked_here():
    pick = Pick(says="选点", options=(("A5", "A5 技术支持的课堂导入"),), label="就选这些")
    assert message(page(pick=pick), private=True)["msgtype"] == "markdown"


def test_what_was_plain_text_stays_literal_on_a_card():
    body = "张 *三*\n1. [点我](https://example.com/a_b)\n# <b>"
    found = message(page(CONFIRM, body=body, markdown=False), private=True)["actionCard"]
    assert found["title"] == "确认换点？"
    assert found["text"] == "张 ＊三＊  \n\u200b1. ［点我］(https://example.com/a_b)  \n＃ ＜b＞"


def test_words_go_without_buttons_where_both_have_no_room():
    long = Choice(label="确认", says="确" * 2_100)  # nine bytes each in an address
    assert message(page(long), private=True)["msgtype"] == "markdown"
    assert sample(page(long), private=True)["msgKey"] == "sampleMarkdown"
    empty = Reply(body="", buttons=Buttons(about="?", choices=(CONFIRM,)))
    assert message(empty, private=True)["msgtype"] == "text"


def test_samples_for_one_and_two_choices():
    assert sampled(page(CONFIRM)) == (
        "sampleActionCard",
        {"title": "换点", "text": "### 换点\n\n- A5 换成 A7", "singleTitle": "确认", "singleURL": CONFIRMING},
    )
    assert sampled(page(CONFIRM, CANCEL)) == (
        "sampleActionCard6",
        {
            "title": "换点",
            "text": "### 换点\n\n- A5 换成 A7",
            "buttonTitle1": "确认",
            "buttonUrl1": CONFIRMING,
            "buttonTitle2": "取消",
            "buttonUrl2": CANCELLING,
        },
    )


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_samples_for_longer_and_more_choices(count):
    key, params = sampled(page(*numbered(count, "第 {} 个微能力")))
    assert key == f"sampleActionCard{count}"
    assert [params[f"actionTitle{n}"] for n in range(1, count + 1)] == [
        f"第 {n} 个微能力" for n in range(1, count + 1)
    ]
    said = [unquote(params[f"actionURL{n}"].removeprefix(SAYING)) for n in range(1, count + 1)]
    assert said == [f"{n}〔K7Q2〕" for n in range(1, count + 1)]


def test_six_choices_are_links_because_no_sample_has_so_many():
    key, params = sampled(page(*numbered(6, "[第 {} 个]")))
    assert key == "sampleMarkdown"
    *_, last = params["text"].split("\n")
    assert last == f"[［第 6 个］]({SAYING}6%E3%80%94K7Q2%E3%80%95)"
