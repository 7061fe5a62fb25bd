"""Cards as WeCom takes them, and what a tap on one of them says."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.wecom.cards import Tapped, card_of, outcome_of, settled_card, tapped
from bot.tenant.wecom.card_rules import check_card
from messages.outgoing import Buttons, Choice, Pick, Reply, Style
from messages.refs import referring

CONFIRM = Buttons(
    about="确认换点？",
    choices=(
        Choice(label="确认", says="确认〔K7Q2〕", style=Style.MAIN),
        Choice(label="取消", says="取消〔K7Q2〕"),
        Choice(label="退回", says="退回 12", style=Style.CAREFUL),
    ),
)
POINTS = Buttons(
    about="选三个点",
    pick=Pick(
        says="选点",
        options=(("A5", "A5 技术支持的课堂导入"), ("B2", "B2 微课程设计与制作")),
        label="就选这些",
    ),
)


def test_choices_become_a_card_with_buttons():
    assert card_of(CONFIRM, "t-1", text="A5 换成 B2") == {
        "card_type": "button_interaction",
        "main_title": {"title": "确认换点？"},
        "sub_title_text": "A5 换成 B2",
        "task_id": "t-1",
        "button_list": [
            {"text": "确认", "style": 1, "key": '["确认〔K7Q2〕","确认换点？"]'},
            {"text": "取消", "style": 2, "key": '["取消〔K7Q2〕","确认换点？"]'},
            {"text": "退回", "style": 3, "key": '["退回 12","确认换点？"]'},
        ],
    }


def test_a_pick_becomes_a_vote_of_several():
    assert card_of(POINTS, "t-2") == {
        "card_type": "vote_interaction",
        "main_title": {"title": "选三个点"},
        "task_id": "t-2",
        "checkbox": {
            "question_key": "picked",
            "option_list": [
                {"id": "A5", "text": "A5 技术支持的课堂导入", "is_checked": False},
                {"id": "B2", "text": "B2 微课程设计与制作", "is_checked": False},
            ],
            "mode": 1,
        },
        "submit_button": {"text": "就选这些", "key": '["选点","选三个点",1]'},
    }


def test_without_buttons_there_is_no_card():
    assert card_of(None, "t") is None
    assert card_of(Buttons(about="空"), "t") is None


def test_words_that_do_not_fit_into_a_key_have_no_button():
    # 1,024 bytes hold some 340 Chinese characters.
    long = Buttons(about="x", choices=(Choice(label="通过", says="通过 12 " + "好" * 400),))
    assert card_of(long, "t") is None


def test_the_same_words_have_one_button():
    twice = Buttons(about="x", choices=(Choice(label="一", says="更多"), Choice(label="二", says="更多")))
    assert [row["text"] for row in card_of(twice, "t")["button_list"]] == ["一"]


@pytest.mark.parametrize("buttons", [CONFIRM, POINTS], ids=["buttons", "vote"])
@pytest.mark.parametrize("place", ["app", "aibot"])
def test_the_platform_takes_the_cards(buttons, place):
    assert check_card(card_of(buttons, "t-1", text="第一行\n第二行"), place=place)


def test_a_tap_says_what_stands_on_the_button():
    assert tapped('["确认〔K7Q2〕","确认换点？"]') == Tapped(says="确认〔K7Q2〕", about="确认换点？")


def test_a_vote_says_what_was_picked():
    key = card_of(POINTS, "t")["submit_button"]["key"]
    assert tapped(key, {"picked": ("A5", "B2")}) == Tapped(
        says="选点 A5 B2", about="选三个点", picked=("A5", "B2")
    )


def test_the_reference_of_a_pick_stays_behind_what_was_picked():
    key = json.dumps([referring("选点", "K7Q2"), "选三个点", 1], ensure_ascii=False)
    assert tapped(key, {"picked": ("A5",)}).says == "选点 A5〔K7Q2〕"


def test_nothing_picked_says_the_bare_words():
    assert tapped('["选点","选三个点",1]').says == "选点"


@pytest.mark.parametrize(
    "key", ["", "spent", "null", "[]", "[1,2]", '["",""]', '["a","b",2]', '{"a":1}', "[" * 100_000]
)
def test_keys_of_other_cards_say_nothing(key):
    assert tapped(key) is None


def test_a_settled_card_shows_the_outcome_and_one_spent_button():
    assert settled_card(Tapped(says="确认", about="确认换点？"), "t-1", "已换好：A5 换成 B2。") == {
        "card_type": "button_interaction",
        "main_title": {"title": "确认换点？"},
        "sub_title_text": "已换好：A5 换成 B2。",
        "task_id": "t-1",
        "button_list": [{"text": "已点过", "style": 2, "key": "spent"}],
        "replace_text": "已点过",
    }


def test_a_settled_vote_shows_what_was_picked():
    tap = Tapped(says="选点 A5 B2", about="选三个点", picked=("A5", "B2"))
    assert settled_card(tap, "t-2", "已选好。") == {
        "card_type": "button_interaction",
        "main_title": {"title": "选三个点", "desc": "A5 B2"},
        "sub_title_text": "已选好。",
        "task_id": "t-2",
        "button_list": [{"text": "已点过", "style": 2, "key": "spent"}],
        "replace_text": "已点过",
    }


@pytest.mark.parametrize("picked", [None, (), ("A5",)])
@pytest.mark.parametrize("place", ["app", "aibot"])
def test_the_platform_takes_settled_cards(picked, place):
    tap = Tapped(says="x", about="", picked=picked)
    assert check_card(settled_card(tap, "t", "长" * 5000), place=place)


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("### 已换好\n\n- A5", "已换好"),
        ("\n- 一项", "一项"),
        ("> 引", "引"),
        ("· 一项\n二", "一项"),
        ("", ""),
    ],
)
def test_the_outcome_is_the_first_line_without_its_mark(body, outcome):
    assert outcome_of(Reply(body=body)) == outcome


_choices = st.lists(
    st.builds(Choice, label=st.text(min_size=1), says=st.text(), style=st.sampled_from(Style)), max_size=9
)
_picks = st.none() | st.builds(
    Pick,
    says=st.text(),
    options=st.lists(st.tuples(st.text(), st.text()), max_size=25).map(tuple),
    label=st.text(min_size=1).filter(lambda text: text.strip()),
)


@given(
    st.builds(Buttons, about=st.text(), choices=_choices.map(tuple), pick=_picks),
    st.sampled_from(("app", "aibot")),
)
def test_whatever_the_buttons_the_platform_takes_the_card(buttons, place):
    card = card_of(buttons, "t-1")
    if card is not None:
        check_card(card, place=place)
        for row in card.get("button_list", ()):
            assert tapped(row["key"]).says in {choice.says for choice in buttons.choices}


@given(st.text(), st.dictionaries(st.text(), st.lists(st.text())))
def test_no_key_is_a_surprise(key, selected):
    tapped(key, selected)
