"""A new user opens the page: becomes somebody, asks, chooses points, moves the clock, breaks something."""

import re

import pytest

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
SIDES = {"企业微信": "wecom", "钉钉": "dingtalk"}
SAID = ".messages > li.by-bot:not(:has(.button_interaction, .vote_interaction))"
"""What the bot says; WeCom's cards only offer it to be tapped."""


def side(page, name):
    return page.get_by_role("region", name=name, exact=True)


def says(page, name, text):
    """Types and sends; returns what the bot answers, as it stands on the phone."""
    phone = side(page, name)
    bubbles = phone.locator(SAID)
    before = bubbles.count()
    phone.get_by_role("textbox", name="消息").fill(text)
    phone.get_by_role("button", name="发送").click()
    bubbles.nth(before).wait_for()
    return bubbles.nth(before).locator(".content").inner_text()


def becomes(page, name, who):
    side(page, name).get_by_role("link", name=f"换人（{name}）").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill(who)
    # The list is drawn anew for what was typed; a click that falls into that moment is nobody's.
    dialog.locator("#results a", has_not_text=who).first.wait_for(state="detached")
    dialog.get_by_role("link", name=re.compile(who)).first.click()
    # The address changes together with the phones; what is typed before would be typed into the old one.
    page.wait_for_url(re.compile(rf"[?&]{SIDES[name]}={who}\b"))


def to(page, moment):
    page.get_by_text("换个日子").click()
    page.get_by_label("日期和时间").fill(moment)
    page.get_by_role("button", name="跳过去").click()
    page.locator(f'#clock time[datetime^="{moment}"]').wait_for()


def test_the_page_shows_two_phones_and_the_programmes_day(open_page):
    page = open_page()

    assert page.title() == "研修助手 · 练习场"
    for name in SIDES:
        assert side(page, name).get_by_role("textbox", name="消息").is_visible()
    assert "2024年5月20日 星期一" in page.locator("#clock").inner_text()


# Not leaders: what is pushed to these at the start of a week could come between question and answer.
@pytest.mark.parametrize(("name", "who"), [("企业微信", "SL0053"), ("钉钉", "SL0052")])
def test_a_new_user_asks_and_chooses_and_moves_the_clock(open_page, name, who):
    page = open_page()
    becomes(page, name, who)

    assert "还差" in says(page, name, "我的学时")
    assert "覆盖 3 个维度" in says(page, name, "选点 A1 A5 B2")
    to(page, "2024-05-27T08:00")
    assert "5月27日" in says(page, name, "还差什么")
    to(page, "2024-06-20T08:00")
    assert "6月20日" in says(page, name, "还差什么")


def test_the_same_question_has_the_same_answer_on_both_phones(open_page):
    page = open_page()
    for name in SIDES:
        becomes(page, name, "SL0045")

    # WeCom's text has dots where DingTalk draws a list.
    answers = {re.sub(r"[\s·]+", "", says(page, name, "为什么")) for name in SIDES}

    assert len(answers) == 1


def test_in_a_dingtalk_group_no_figures_are_shown(open_page):
    page = open_page()
    becomes(page, "钉钉", "SL0045")
    side(page, "钉钉").get_by_role("navigation", name="会话").get_by_role("link").nth(1).click()
    side(page, "钉钉").get_by_label("@研修助手").wait_for()

    said = says(page, "钉钉", "我的学时")

    assert said == "已私信你。没看到就点我的头像，再发一次。"
    assert "学时，" not in said


def test_in_a_wecom_group_the_aibot_hears_whoever_mentions_it(open_page):
    page = open_page()
    becomes(page, "企业微信", "SL0045")
    side(page, "企业微信").get_by_role("navigation", name="会话").get_by_role("link").nth(2).click()
    side(page, "企业微信").get_by_label("@研修助手").wait_for()

    assert says(page, "企业微信", "我的学时") == "已私信你。没看到就点我的头像，再发一次。"


@pytest.mark.parametrize(("size", "who"), [(DESKTOP, "SL0048"), (PHONE, "SL0054")])
def test_a_card_of_the_aibot_is_tapped_once_and_shows_what_came_of_it(open_page, size, who):
    page = open_page(size, path=f"?wecom={who}")
    phone = side(page, "企业微信")
    phone.get_by_role("link", name="研修助手（智能机器人）").click()
    phone.get_by_role("heading", name="研修助手（智能机器人）").wait_for()
    assert "给你配了 3 组" in says(page, "企业微信", "推荐选点")
    card = phone.locator(".messages > li.by-bot").nth(1)
    card.get_by_role("button").first.click()

    phone.locator(SAID).nth(1).wait_for()
    card.get_by_text("已点过").wait_for()
    (button,) = card.get_by_role("button").all()
    assert (button.inner_text(), button.is_disabled()) == ("已点过", True)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_on_a_telephone_there_is_one_phone_at_a_time(open_page):
    page = open_page(PHONE)

    assert [side(page, name).is_visible() for name in SIDES] == [True, False]
    page.get_by_role("link", name="钉钉", exact=True).click()
    assert [side(page, name).is_visible() for name in SIDES] == [False, True]
    assert "也可以照平常说话的样子问" in says(page, "钉钉", "帮助")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_fault_is_switched_on_seen_and_switched_off(open_page):
    page = open_page()
    page.get_by_role("button", name=re.compile("平台没收到应答")).first.click()
    becomes(page, "企业微信", "SL0048")

    said = says(page, "企业微信", "我的学时")

    # Sent again by the platform, answered by the bot as before, read once.
    assert "学时" in said
    assert side(page, "企业微信").locator(SAID).count() == 1
    page.get_by_role("link", name="线路").click()
    rows = page.get_by_role("list", name="请求，新的在前").get_by_role("link")
    rows.filter(has_text="wecom.callback").first.click()  # the bot may have told somebody something meanwhile
    page.get_by_role("dialog").get_by_text("线上的原样").first.click()
    detail = page.get_by_role("dialog").inner_text()
    assert "msg_signature" in detail
    assert "<Encrypt>" in detail
    assert "<![CDATA[我的学时]]>" in detail


def test_everything_can_be_reached_by_keyboard(open_page):
    page = open_page()
    side(page, "企业微信").get_by_role("textbox", name="消息").focus()
    page.keyboard.type("帮助")
    page.keyboard.press("Enter")
    side(page, "企业微信").locator(".messages > li.by-bot").first.wait_for()
    page.keyboard.press("Shift+Tab")

    assert page.evaluate("document.activeElement.tagName") != "BODY"
    side(page, "企业微信").get_by_role("link", name="换人（企业微信）").focus()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="hidden")


def test_it_works_without_javascript(open_page):
    page = open_page(script=False)
    phone = side(page, "企业微信")
    phone.get_by_role("textbox", name="消息").fill("帮助")
    phone.get_by_role("button", name="发送").click()

    assert "帮助" in side(page, "企业微信").locator(".messages").inner_text()
