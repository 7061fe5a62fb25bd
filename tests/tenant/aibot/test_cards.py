"""Template cards: their limits, how they look, and what a press brings about."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.tenant.calls import Refused
from bot.tenant.tenant import Heard, Outcome
from bot.tenant.transcript import Button, Choice, Does
from bot.tenant.wecom.aibot.aibot import SPENT
from bot.tenant.wecom.cards import check_card, draw_card, spend_buttons
from tests.kit.aibot import IN_GROUP, LEADER, TEACHER, buttons, card

OPEN = {"type": 1, "url": "https://example.com/report"}
NOTICE = {"card_type": "text_notice", "main_title": {"title": "本周进度"}, "card_action": OPEN}
NEWS = {**NOTICE, "card_type": "news_notice", "card_image": {"url": "https://example.com/a.png"}}
OPTIONS = [{"id": "a", "text": "A5 技术支持的课堂导入"}, {"id": "b", "text": "A7 技术支持的课堂讲授"}]
VOTE = {
    "card_type": "vote_interaction",
    "main_title": {"title": "选点"},
    "checkbox": {"question_key": "points", "mode": 1, "option_list": OPTIONS},
    "submit_button": {"text": "提交", "key": "submit"},
    "task_id": "vote-1",
}
SEVERAL = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "选点"},
    "select_list": [
        {"question_key": "first", "title": "第一个", "option_list": OPTIONS, "selected_id": "b"},
        {"question_key": "second", "title": "第二个", "option_list": OPTIONS},
    ],
    "submit_button": {"text": "提交", "key": "submit"},
    "task_id": "several-1",
}


def refusal(content, place="aibot"):
    with pytest.raises(Refused) as refused:
        check_card(content, place=place)
    return refused.value.code


@pytest.mark.parametrize("content", [NOTICE, NEWS, buttons(), VOTE, SEVERAL])
def test_every_kind_of_card_is_taken_whole_by_the_app_and_the_bot(content):
    assert check_card(content, place="app") == content
    assert check_card(content, place="aibot") == content


def test_a_webhook_takes_notices_only_and_nothing_to_press():
    menu = {"desc": "更多", "action_list": [{"text": "以后再说", "key": "later"}]}
    assert check_card({**NOTICE, "action_menu": menu, "task_id": "t"}, place="webhook") == NOTICE
    assert check_card(NEWS, place="webhook") == NEWS
    for content in (buttons(), VOTE, SEVERAL):
        assert refusal(content, "webhook") == 40058


def rows(count, **more):
    return [{"text": "x", "key": f"k{n}", **more} for n in range(count)]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, 40063),
        ({}, 40058),
        ({**NOTICE, "card_type": ["text_notice"]}, 40058),
        ({**NOTICE, "main_title": {"desc": "没有标题"}}, 41016),
        ({**NOTICE, "card_action": None}, 40063),
        ({**NOTICE, "card_action": {"type": 0}}, 40058),
        ({**NOTICE, "card_action": {"type": 1, "url": "example.com"}}, 40094),
        ({**NOTICE, "card_action": {"type": 2}}, 40063),
        ({**NEWS, "card_image": None}, 40063),
        ({**NEWS, "card_image": {"url": "https://example.com/a.png", "aspect_ratio": 2.3}}, 40058),
        ({**NOTICE, "horizontal_content_list": [{"keyname": "学时", "value": "18.5"}] * 7}, 40058),
        ({**NOTICE, "horizontal_content_list": [{"value": "18.5"}]}, 40063),
        ({**NOTICE, "horizontal_content_list": [{"keyname": "组长", "type": 3}]}, 40063),
        ({**NOTICE, "jump_list": [{"title": "看看", **OPEN}] * 4}, 40058),
        ({**NOTICE, "jump_list": [{"title": "问", "type": 3, "question": "学" * 67}]}, 40058),  # 201 bytes
        ({**NEWS, "vertical_content_list": [{"title": "一"}] * 5}, 40058),
        ({**buttons(), "main_title": {}}, 41016),
        ({**buttons(), "task_id": ""}, 40063),
        ({**buttons(), "task_id": "t" * 129}, 40058),
        ({**buttons(), "button_list": rows(7)}, 40058),
        ({**buttons(), "button_list": []}, 40058),
        ({**buttons(), "button_list": [{"text": "x", "key": "学" * 342}]}, 40058),  # 1026 bytes
        ({**buttons(), "button_list": rows(1) * 2}, 40058),
        ({**buttons(), "feedback": {"id": "f" * 257}}, 40058),
        ({**VOTE, "submit_button": None}, 40063),
        ({**VOTE, "checkbox": {**VOTE["checkbox"], "mode": 2}}, 40058),
        ({**VOTE, "checkbox": {**VOTE["checkbox"], "option_list": []}}, 40058),
        ({**VOTE, "checkbox": {**VOTE["checkbox"], "option_list": OPTIONS[:1] * 2}}, 40058),
        ({**SEVERAL, "select_list": SEVERAL["select_list"][:1] * 2}, 40058),
        (
            {
                **SEVERAL,
                "select_list": [{**SEVERAL["select_list"][0], "question_key": f"q{n}"} for n in range(4)],
            },
            40058,
        ),
        ({**NOTICE, "action_menu": {"desc": "更多", "action_list": rows(1)}}, 40063),
        ({**NOTICE, "task_id": "t", "action_menu": {"desc": "更多", "action_list": rows(4)}}, 40058),
    ],
)
def test_what_is_beyond_a_limit_is_refused(content, code):
    assert refusal(content) == code


def test_the_pages_disagree_about_menus_and_so_do_the_places():
    menu = {"task_id": "t", "action_menu": {"desc": "更多", "action_list": rows(10)}}
    assert check_card({**NOTICE, **menu}, place="app")["task_id"] == "t"
    assert refusal({**NOTICE, **menu}) == 40058


def test_a_file_in_a_row_is_for_the_app_and_the_webhook_only():
    rows_of_files = [{"keyname": "附件", "type": 2, "media_id": "3example", "value": "学时汇总.xlsx"}]
    content = {**NOTICE, "horizontal_content_list": rows_of_files}
    assert check_card(content, place="app") == check_card(content, place="webhook") == content
    assert refusal(content, "aibot") == 40058


def test_a_question_to_be_asked_is_for_the_bot_only():
    question = {**NOTICE, "jump_list": [{"title": "还差什么", "type": 3, "question": "还差什么"}]}
    drawn = draw_card(check_card(question, place="aibot"), question)
    assert drawn.buttons == (Button("还差什么", Does.SAY, "还差什么"),)
    assert refusal(question, "app") == 40058


KINDS = {content["card_type"]: content for content in (NOTICE, NEWS, buttons(), VOTE, SEVERAL)}
PARTS = sorted(
    {name for content in KINDS.values() for name in content} | {"quote_area", "jump_list", "source"}
)
FIELDS = sorted({"type", "key", "text", "id", "title", "style", "option_list", "question_key", "url", "mode"})
STRANGE = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.text(max_size=3),
    lambda values: st.lists(values, max_size=2) | st.dictionaries(st.sampled_from(FIELDS), values),
    max_leaves=8,
)


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(KINDS)),
    st.dictionaries(st.sampled_from(PARTS), STRANGE, min_size=1, max_size=2),
    st.sampled_from(["app", "webhook", "aibot"]),
)
def test_a_strange_card_is_refused_or_drawn(kind, strange, place):
    try:
        card = check_card({**KINDS[kind], **strange}, place=place)
    except Refused as refused:
        code = refused.code
    else:
        code = 0 if draw_card(card, card).html.startswith('<div class="card') else None
    assert code in (0, 40058, 40063, 40094, 41016)


def test_parts_of_another_kind_of_card_mean_nothing():
    foreign = {"checkbox": {}, "select_list": [{}], "submit_button": {}}
    assert check_card({**buttons(), **foreign}, place="aibot") == buttons()
    assert draw_card(buttons(button_list=[{"text": "好", "key": "k", "style": [1]}]), {}).buttons == (
        Button("好", Does.PRESS, "k", "primary"),
    )


def test_a_card_reads_from_top_to_bottom():
    content = {
        **NOTICE,
        "source": {"desc": "示例县项目办", "desc_color": 0},
        "main_title": {"title": "本周进度", "desc": "截至 5 月 19 日"},
        "emphasis_content": {"title": "18.5", "desc": "学时"},
        "quote_area": {"title": "要求", "quote_text": "合计 50 学时"},
        "sub_title_text": "还差 <b>31.5</b> 学时",
        "horizontal_content_list": [
            {"keyname": "线上", "value": "18.5 学时"},
            {"keyname": "组长", "type": 3, "userid": "T2", "value": "示例乙"},
        ],
        "jump_list": [{"title": "看明细", **OPEN}, {"title": "不是链接"}],
    }
    drawn = draw_card(check_card(content, place="aibot"), content)
    assert drawn.text == (
        "示例县项目办\n本周进度\n截至 5 月 19 日\n18.5\n学时\n要求\n合计 50 学时\n还差 <b>31.5</b> 学时\n"
        "线上：18.5 学时\n组长：示例乙\n不是链接"
    )
    assert "还差 &lt;b&gt;31.5&lt;/b&gt; 学时" in drawn.html
    assert drawn.links == (Button("本周进度", Does.OPEN, OPEN["url"]),)
    assert drawn.buttons == (Button("看明细", Does.OPEN, OPEN["url"]),)


def test_lists_offer_what_they_are_set_to():
    labels = tuple((option["id"], option["text"]) for option in OPTIONS)
    assert draw_card(VOTE, VOTE).choices == (Choice("points", "", labels, several=True),)
    first, second = draw_card(SEVERAL, SEVERAL).choices
    assert (first.chosen, second.chosen) == (("b",), ("a",))


def test_a_card_that_was_answered_has_one_grey_button():
    done = {**buttons(), "replace_text": "已通过"}
    drawn = draw_card(check_card(done, place="aibot"), done)
    assert drawn.buttons == (Button("已通过", Does.PRESS, "", "muted", spent=True),)
    assert spend_buttons(draw_card(buttons(), {}), "已通过").buttons == drawn.buttons
    settled = {**SEVERAL, "replace_text": "已提交"}
    assert draw_card(settled, settled).choices == ()
    assert draw_card(settled, settled).text.endswith(
        "第一个：A7 技术支持的课堂讲授\n第二个：A5 技术支持的课堂导入"
    )


async def press(place, bot, key="pass", *, chat=None, member=TEACHER, chosen=None):
    """The delivery under way and the frame that the bot gets."""
    shown = place.last(*(() if chat is None else (chat,)))
    waiting = asyncio.create_task(place.aibot.presses(member, shown, key, chosen or {}))
    return await bot.hears(), waiting


async def update(bot, frame, content, **more):
    body = {"response_type": "update_template_card", "template_card": content, **more}
    return await bot.code("aibot_respond_update_msg", body, frame["headers"]["req_id"])


async def test_a_press_is_told_and_the_card_is_changed_in_place(place, heard, bot):
    frame, _ = await heard()
    assert await bot.answers(frame, card(buttons())) == 0
    pressed, waiting = await press(place, bot)
    body = pressed["body"]
    assert pressed["cmd"] == "aibot_event_callback"
    assert set(body) == {
        "msgid", "aibotid", "chattype", "from", "create_time", "response_url", "msgtype", "event"
    }  # fmt: skip
    assert body["event"] == {
        "eventtype": "template_card_event",
        "template_card_event": {
            "card_type": "button_interaction",
            "event_key": "pass",
            "task_id": "swap-42",
        },
    }
    done = {**buttons(), "replace_text": "已通过"}
    assert await update(bot, pressed, {**done, "task_id": "other"}) == 40058
    assert await bot.code("aibot_respond_msg", card(done), pressed["headers"]["req_id"]) == 846605
    assert await update(bot, pressed, done) == 0
    assert await waiting == Heard(Outcome.ANSWERED)
    assert [button.label for button in place.last().drawn.buttons] == ["已通过"]
    assert len(place.told()) == 2
    assert await update(bot, pressed, done) == 846605
    assert await place.aibot.presses(TEACHER, place.last(), "", {}) == Heard(Outcome.NO_BOT, SPENT)


async def test_an_update_comes_within_five_seconds(place, heard, bot):
    frame, _ = await heard()
    await bot.answers(frame, card(buttons()))
    pressed, waiting = await press(place, bot)
    place.tenant.clock.run_ahead(6)
    assert await update(bot, pressed, {**buttons(), "replace_text": "已通过"}) == 846605
    assert (await waiting).outcome is Outcome.ACKNOWLEDGED


async def test_what_is_chosen_comes_along_and_the_default_where_nothing_is(place, heard, bot):
    frame, _ = await heard()
    await bot.answers(frame, card(SEVERAL))
    pressed, _ = await press(place, bot, "submit", chosen={"first": ("a",)})
    assert pressed["body"]["event"]["template_card_event"]["selected_items"] == {
        "selected_item": [
            {"question_key": "first", "option_ids": {"option_id": ["a"]}},
            {"question_key": "second", "option_ids": {"option_id": ["a"]}},
        ]
    }


async def test_a_card_in_a_group_says_who_pressed_it(place, heard, bot):
    frame, _ = await heard(chat=IN_GROUP)
    await bot.answers(frame, card(buttons()))
    pressed, _ = await press(place, bot, chat=IN_GROUP, member=LEADER)
    assert (pressed["body"]["chatid"], pressed["body"]["from"]) == ("wrExampleGroup", {"userid": "T2"})
    done = {**buttons(), "replace_text": "已通过"}
    assert await update(bot, pressed, done, userids=["T2"]) == 0
    assert place.last(IN_GROUP).drawn.buttons[-1].spent


async def test_a_task_that_was_sent_before_reaches_nobody(place, heard, bot):
    frame, _ = await heard()
    assert await bot.answers(frame, card(buttons())) == 0
    assert await bot.pushes("T1", card(buttons())) == 0
    assert len(place.told()) == 2


async def test_a_button_that_is_not_there_cannot_be_pressed(place, heard, bot):
    frame, _ = await heard()
    await bot.answers(frame, card(buttons()))
    assert await place.aibot.presses(TEACHER, place.last(), "other", {}) == Heard(Outcome.NO_BOT, SPENT)
