"""A tapped card at the application's door: what it says, and the card that takes its place."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from bot.platforms.errors import DECLARED, Ignored, Unreadable
from bot.platforms.wecom.callback import TappedCard
from bot.platforms.wecom.cards import Tapped, settled_card
from messages.incoming import Door, IncomingMessage, Kind, Platform

SENT_AT = 1_767_225_600_000
KEY = '["确认〔K7Q2〕","确认换点？"]'
VOTE = '["选点","选三个点",1]'


def event(key=KEY, *, code="rc-1", card="t-1", inside="", account="T1"):
    return (
        f"<xml><ToUserName>ww</ToUserName><FromUserName>{account}</FromUserName>"
        "<CreateTime>1767225600</CreateTime><MsgType>event</MsgType><Event>template_card_event</Event>"
        f"<EventKey><![CDATA[{key}]]></EventKey><TaskId>{card}</TaskId>"
        f"<CardType>button_interaction</CardType><ResponseCode>{code}</ResponseCode>{inside}"
        "<AgentID>1000002</AgentID></xml>"
    ).encode()


def selected(question, *options):
    ids = "".join(f"<OptionId><![CDATA[{option}]]></OptionId>" for option in options)
    return (
        f"<SelectedItems><SelectedItem><QuestionKey><![CDATA[{question}]]></QuestionKey>"
        f"<OptionIds>{ids}</OptionIds></SelectedItem></SelectedItems>"
    )


@pytest.fixture(scope="session")
def deliver(wecom, wecom_request, now_ms):
    return lambda document: wecom.read(*wecom_request(document), now_ms)


def test_a_tap_is_a_message_of_whoever_has_tapped(deliver):
    card = deliver(event())
    assert card.tap == Tapped(says="确认〔K7Q2〕", about="确认换点？")
    assert card.message == IncomingMessage(
        platform=Platform.WECOM,
        key=card.message.key,
        account="T1",
        chat="",
        kind=Kind.TEXT,
        text="确认〔K7Q2〕",
        sent_at=SENT_AT,
        door=Door.WECOM_CARD,
        tapped=True,
        card="t-1",
        card_code="rc-1",
    )
    assert re.fullmatch("[0-9a-f]{64}", card.message.key)


def test_a_vote_says_what_was_picked(deliver):
    card = deliver(event(VOTE, inside=selected("picked", "A5", "B2")))
    assert (card.message.text, card.tap.picked) == ("选点 A5 B2", ("A5", "B2"))


def test_the_choices_of_another_question_are_none_of_ours(deliver):
    assert deliver(event(VOTE, inside=selected("other", "A5"))).message.text == "选点"


def test_a_repeated_delivery_is_the_same_tap_and_another_tap_is_not(deliver):
    first = deliver(event()).message
    assert deliver(event()).message.key == first.key
    assert deliver(event(code="rc-2")).message.key != first.key


@pytest.mark.parametrize("key", ["", "spent", "button-1", "[1]"])
def test_cards_of_others_are_left_alone(deliver, key):
    assert deliver(event(key)) == Ignored(DECLARED, "template_card_event")


def test_the_menu_in_a_corner_is_left_alone(deliver):
    document = event().replace(b"template_card_event", b"template_card_menu_event")
    assert deliver(document) == Ignored(DECLARED, "template_card_menu_event")


@pytest.mark.parametrize("document", [event(card="x" * 129), event(account="x" * 65), event(account="")])
def test_what_no_column_holds_is_unreadable(deliver, document):
    with pytest.raises(Unreadable):
        deliver(document)


def test_another_card_takes_the_place_of_the_tapped_one(wecom, deliver, now_ms):
    card = deliver(event(VOTE, inside=selected("picked", "A5")))
    assert isinstance(card, TappedCard)
    message = replace(card.message, account="T1")
    shown = settled_card(card.tap, message.card, "已选好：A5 <导入> ]]> 完")
    envelope = ET.fromstring(wecom.seal_card(shown, message, now_ms))
    inner = wecom.cipher.decrypt(envelope.findtext("Encrypt")).decode()
    second = now_ms // 1000
    assert inner == (
        "<xml><ToUserName><![CDATA[T1]]></ToUserName>"
        f"<FromUserName><![CDATA[{wecom.corp_id}]]></FromUserName>"
        f"<CreateTime>{second}</CreateTime><MsgType><![CDATA[update_template_card]]></MsgType>"
        "<TemplateCard><CardType><![CDATA[button_interaction]]></CardType>"
        "<MainTitle><Title><![CDATA[选三个点]]></Title><Desc><![CDATA[A5]]></Desc></MainTitle>"
        "<TaskId><![CDATA[t-1]]></TaskId>"
        "<SubTitleText><![CDATA[已选好：A5 <导入> ]]]]><![CDATA[> 完]]></SubTitleText>"
        "<ButtonList><Text><![CDATA[已点过]]></Text><Style>2</Style><Key><![CDATA[spent]]></Key></ButtonList>"
        "<ReplaceText><![CDATA[已点过]]></ReplaceText></TemplateCard></xml>"
    )


def test_texts_of_elements_with_others_inside_stay_what_they_were(deliver):
    document = (
        b"<xml><FromUserName>T1</FromUserName><MsgType>text</MsgType><Content>a<b>x</b>c</Content></xml>"
    )
    assert deliver(document).text == "ac"
