"""What a person is told by looks alone: where a row goes on, what became of a message, that all is new."""

import re
from urllib.parse import urlsplit

import pytest

DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
PRINCIPAL = "?wecom=SL0031&dingtalk=SL0031"  # in four chats


def phone(page, name):
    return page.get_by_role("region", name=name, exact=True)


def says(page, name, text):
    phone(page, name).get_by_role("textbox", name="消息").fill(text)
    phone(page, name).get_by_role("button", name="发送").click()


@pytest.mark.parametrize("show", ["wecom", "dingtalk"])
def test_the_row_of_chats_shows_that_it_goes_on_and_the_last_one_is_reached(open_page, show):
    page = open_page(PHONE, path=f"{PRINCIPAL}&show={show}")
    chats = page.locator(f"#{show} .chats")
    row, last = chats.locator(".row"), chats.get_by_role("link").last

    assert "more-after" in chats.get_attribute("class")
    assert "more-before" not in chats.get_attribute("class")
    # One of them begins within the row and ends beyond it, so that a part of it is seen.
    visible = row.bounding_box()
    edge = visible["x"] + visible["width"]
    boxes = [link.bounding_box() for link in chats.get_by_role("link").all()]
    assert any(box["x"] < edge - 30 and edge < box["x"] + box["width"] for box in boxes), boxes
    last.click()
    now = chats.locator("a:last-child[aria-current=page]").bounding_box()
    assert now["x"] + now["width"] <= visible["x"] + visible["width"]
    assert chats.get_attribute("class").split() == ["chats", "more-before"]


def test_a_row_that_fits_shows_no_sign(open_page):
    page = open_page(path="?dingtalk=SL0036")

    assert page.locator("#dingtalk .chats").get_attribute("class").split() == ["chats"]


@pytest.mark.parametrize("name", ["企业微信", "钉钉"])
def test_silence_does_not_look_like_a_failure(open_page, name):
    page = open_page(path="?wecom=SL0045&dingtalk=SL0045")
    says(page, name, "好的")

    messages = phone(page, name).locator(".messages")
    messages.get_by_text("机器人收到了。").wait_for()
    assert messages.locator(".note").count() == 0
    says(page, name, "帮助")
    messages.locator("li.by-bot").first.wait_for()
    messages.get_by_text("机器人收到了。").wait_for(state="detached")


def test_a_notice_covers_neither_the_owners_nor_the_entries(open_page):
    page = open_page()
    # One that only a message to the bot meets: the bot may be telling somebody something.
    page.get_by_role("button", name=re.compile("平台没收到应答")).first.click()
    notice = page.locator("#notices .notice")
    notice.wait_for()

    top = notice.bounding_box()["y"]
    for name in ("企业微信", "钉钉"):
        entry = phone(page, name).get_by_role("textbox", name="消息").bounding_box()
        assert entry["y"] + entry["height"] <= top
    page.get_by_role("button", name="全部关掉").click()


def test_a_wrong_clock_is_told_until_it_is_right(open_page):
    page = open_page()
    now = page.locator("#faults-now")
    page.get_by_role("button", name="快 70 分钟").click()
    now.get_by_text("平台的钟快了 70 分钟").wait_for()

    assert "现在一切正常" not in now.inner_text()
    page.get_by_role("button", name="准", exact=True).click()
    now.get_by_text("现在一切正常").wait_for()


def test_the_unbound_are_found_beside_their_roles(open_page):
    page = open_page()
    phone(page, "钉钉").get_by_role("link", name="换人（钉钉）").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("searchbox").fill("校长")
    dialog.get_by_text("未绑定", exact=True).first.click()
    found = dialog.get_by_role("list", name="找到的人").get_by_role("link")
    found.filter(has_not_text="未绑定").first.wait_for(state="detached")

    rows = found.all_inner_texts()
    assert rows
    assert all(re.search("校长|园长", row) for row in rows)
    page.keyboard.press("Escape")


def test_after_a_restart_one_is_told_once_that_all_is_new(chromium, start_demo):
    with start_demo() as address:
        page = chromium.new_page(viewport=DESKTOP, locale="zh-CN")
        page.goto(address)
        says(page, "企业微信", "帮助")
        phone(page, "企业微信").locator("li.by-bot").wait_for()
    with start_demo(urlsplit(address).port):
        page.locator("#notices").get_by_text("练习场重新启动过").wait_for(timeout=20_000)

        told = page.locator("#notices").inner_text()
        assert told == "练习场重新启动过：聊天记录从头开始，日期回到 5月20日。"
        assert phone(page, "企业微信").locator(".messages > li").count() == 0
        assert page.locator("#wire > li").filter(has_text="wecom.callback").count() == 0
        page.locator("#notices .notice").wait_for(state="detached", timeout=20_000)
        # Looking away and back connects again, to the same server.
        page.reload()
        says(page, "企业微信", "帮助")
        phone(page, "企业微信").locator("li.by-bot").wait_for()
        assert page.locator("#notices .notice").count() == 0
        page.close()
