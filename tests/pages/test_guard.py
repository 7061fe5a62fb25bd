"""What the browser says of a request, and what is believed of it."""

import asyncio
from secrets import token_urlsafe

import pytest

from bot.pages.browsers import browser_of
from bot.pages.guard import comes_from_us, cookie_name, is_own, is_token, only_looks
from bot.pages.pace import AT_ONCE, PAGES_PER_MINUTE, Pace
from bot.pages.reading import clean, values
from bot.pages.visit import Redirect

pytestmark = pytest.mark.one_database

PUBLIC = "https://Bot.Example.cn/study"


@pytest.mark.parametrize(
    ("headers", "host"),
    [
        ({}, "bot.example.cn"),  # an old browser: the token decides
        ({"Origin": "https://bot.example.cn"}, "10.0.0.5:8080"),  # a proxy that says its own host
        ({"Origin": "https://bot.example.cn:443"}, "10.0.0.5:8080"),
        ({"Origin": "http://10.0.0.5:8080"}, "10.0.0.5:8080"),  # opened without the proxy
        ({"Origin": "https://other.example.cn"}, "Other.example.cn"),  # nobody has set BOT_PUBLIC_URL
        ({"Origin": "https://bot.example.cn", "Sec-Fetch-Site": "same-origin"}, "bot.example.cn"),
    ],
)
def test_a_form_of_our_own_is_taken(headers, host):
    assert comes_from_us(headers, PUBLIC, host)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},  # a neighbouring host of the same domain
        {"Sec-Fetch-Site": "none", "Origin": "https://bot.example.cn"},
        {"Origin": "null"},  # a page in a sandbox, or a file
        {"Origin": ""},
        {"Origin": "https://bot.example.cn.evil.example"},
        {"Origin": "https://bot.example.cn:8443"},
        {"Origin": "https://["},
        {"Origin": "https://bot.example.cn:port"},
        {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_a_form_from_elsewhere_is_not(headers):
    assert not comes_from_us(headers, PUBLIC, "bot.example.cn")


@pytest.mark.parametrize(
    ("public_url", "name"),
    [
        ("http://10.0.0.5:8080", "bot_session"),
        ("https://bot.example.cn", "__Host-bot_session"),
        ("https://bot.example.cn/", "__Host-bot_session"),
        (PUBLIC, "__Secure-bot_session"),
    ],
)
def test_with_https_no_other_host_can_set_the_cookie(public_url, name):
    assert cookie_name(public_url) == name


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "iframe"},
        {"User-Agent": "Mozilla/5.0 (compatible; SomeBot/2.1)"},
    ],
)
def test_who_only_looks_is_known(headers):
    assert only_looks(headers)


def test_a_browser_that_opens_a_link_is_not_taken_for_one_that_looks():
    agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120 Mobile wxwork/4.1"

    assert not only_looks({"User-Agent": agent, "Sec-Fetch-Dest": "document"})
    assert not only_looks({})


@pytest.mark.parametrize("to", ["/me", "/office?day=2024-05-20", "/office/people/4#ledger", "/me/"])
def test_a_page_leads_to_a_page(to):
    assert is_own(to)
    assert Redirect(to).to == to


@pytest.mark.parametrize(
    "to", ["//evil.example", "https://evil.example", "/mean", "/office\\..", "/me\r\nSet-Cookie: a=b", ""]
)
def test_and_nowhere_else(to):
    assert not is_own(to)
    with pytest.raises(ValueError, match="pages only lead to pages"):
        Redirect(to)


def test_only_what_could_be_a_token_is_looked_up():
    assert is_token(token_urlsafe(32))  # as storage.page_sessions makes them
    assert not any(map(is_token, ("", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + "\n")))


def test_what_no_database_takes_is_left_out():
    assert clean("甲\x00乙\ud800\x1b[31m\r\n丙\t丁") == "甲乙[31m\n丙\t丁"
    assert values([("a\x00", "1"), ("a", "2"), ("b", "")]) == (
        {"a": "2", "b": ""},
        {"a": ("1", "2"), "b": ("",)},
    )


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Linux; Android 14; HarmonyOS) Chrome/114 Mobile wxwork/4.1.30", "企业微信，鸿蒙手机"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5) AppleWebKit/605 AliApp(DingTalk/7.5)", "钉钉，iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64) Chrome/125.0 Safari/537.36 Edg/125.0", "Edge，Windows 电脑"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_a_browser_is_named_as_its_owner_would(agent, words):
    assert browser_of(agent) == words


async def test_one_session_has_two_turns_and_another_does_not_wait_for_it():
    pace = Pace()
    order = []
    last = asyncio.Event()

    async def page(session):
        async with pace.turn(session):
            order.append(session)
            await last.wait()

    waiting = [asyncio.create_task(page("script")) for _ in range(5)]
    await asyncio.sleep(0)
    other = asyncio.create_task(page("teacher"))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert order == [*["script"] * AT_ONCE, "teacher"]
    last.set()
    await asyncio.gather(*waiting, other)

    assert order == [*["script"] * AT_ONCE, "teacher", *["script"] * 3]
    assert not pace._turns


def test_too_many_pages_in_a_minute_are_too_many_for_one_session():
    pace = Pace()

    assert [pace.allows("script") for _ in range(PAGES_PER_MINUTE + 1)] == [*[True] * PAGES_PER_MINUTE, False]
    assert pace.allows("teacher")
