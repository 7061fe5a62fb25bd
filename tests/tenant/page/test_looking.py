"""What a visitor sees before doing anything."""

import re
from datetime import timedelta

import pytest
from aiohttp import web

from bot.tenant.people import Chat, Member, Platform, Room
from bot.tenant.transcript import Author, Button, Choice, Does, Drawn
from tests.tenant.page.platforms import BOT, GROUPS, STRANGER, TEACHER, application, drawn
from tests.tenant.page.reading import Screen

APP = Chat(Platform.WECOM, Room.APP, "t1")
GROUP = Chat(Platform.WECOM, Room.GROUP, "wrGroup1")


def phone(page, platform):
    """The part of the page that is one phone."""
    return re.search(f'<section class="phone {platform}".*?</section>', page, re.DOTALL)[0]


def said(page):
    """The texts of all bubbles, in order."""
    return re.findall(r'<div class="content"><p>(.*?)</p></div>', page)


async def test_a_visitor_holds_a_teachers_phone_on_both_platforms(screen):
    page = await screen.page()

    for platform, name in (("wecom", "企业微信"), ("dingtalk", "钉钉")):
        part = phone(page, platform)
        assert f'aria-label="{name}"' in part
        assert "示例甲" in part
        assert "示例县第一小学 · 语文组" in part
        assert 'aria-label="消息"' in part


async def test_private_chats_come_first_and_the_first_one_is_open(screen):
    tabs = re.findall(r'data-chat="([^"]*)"( aria-current="page")?', await screen.page())

    assert [tab for tab in tabs if tab[0].startswith("wecom")][:2] == [
        ("wecom:app:t1", ' aria-current="page"'),
        ("wecom:group:wrGroup1", ""),
    ]


@pytest.mark.parametrize(
    ("member", "chips"),
    [
        ("T1", ["我的学时", "还差什么", "我的材料", "帮助"]),
        ("T2", ["待审", "落后名单", "本组进度", "帮助"]),
        ("T3", ["本校进度", "本校名单", "本校任务", "帮助"]),
        ("T4", ["全市进度", "验收", "未备案", "帮助"]),
    ],
)
async def test_what_one_may_ask_depends_on_who_one_is(screen, member, chips):
    part = phone(await screen.page(wecom=member), "wecom")

    assert re.findall(r'<button name="text" value="([^"]*)"', part) == chips


async def test_a_group_offers_to_mention_the_bot_and_no_binding_code(screen):
    part = phone(await screen.page(wecom_chat="wecom:group:wrGroup1"), "wecom")

    assert '<input type="checkbox" name="to_bot" value="1" checked>@研修助手' in part
    assert "群聊 · 3 人" in part
    assert "领一个绑定码" not in part


async def test_an_outsider_is_only_in_groups(screen):
    part = phone(await screen.page(wecom="X1"), "wecom")

    assert "外部人员" in part
    assert re.findall(r'<button name="text" value="([^"]*)"', part) == ["帮助", "截止时间"]


async def test_somebody_without_any_chat_is_told_so(screen, tenant):
    tenant.directory.members["X2"] = Member(key="X2", name="外来庚")

    part = phone(await screen.page(wecom="X2"), "wecom")

    assert "这个人在企业微信里还没有会话。点“换人”试试别人。" in part
    assert "<textarea" not in part


async def test_a_platform_without_people_says_so(aiohttp_client, sides, programme, tenant):
    tenant.directory.members.clear()
    http = await aiohttp_client(application(sides, programme))

    assert "这里还没有人用钉钉。" in phone(await Screen(http).page(), "dingtalk")


async def test_messages_stand_in_order_under_the_programmes_day(screen, tenant, programme):
    # A Monday; six minutes later the time is told again, whatever the platforms' clocks say.
    tenant.transcript.post(APP, drawn("我的学时"), Author("示例甲", "T1"), at_ms=0)
    tenant.transcript.post(APP, drawn("18.5 学时"), BOT, at_ms=1000)
    programme.move_to(programme.now() + timedelta(minutes=6))
    tenant.transcript.post(APP, drawn("提醒"), BOT, at_ms=2000)

    part = phone(await screen.page(), "wecom")

    assert said(part) == ["我的学时", "18.5 学时", "提醒"]
    assert re.findall(r'class="when">([^<]*)<', part) == ["5月20日 星期一 09:00", "09:06"]
    assert re.findall(r'<li class="message ([a-z -]*)"', part) == ["own", "theirs by-bot", "theirs by-bot"]


async def test_a_recalled_message_is_gone(screen, tenant):
    tenant.transcript.recall(tenant.transcript.post(APP, drawn("发错了"), BOT, at_ms=0))

    part = phone(await screen.page(), "wecom")

    assert "研修助手撤回了一条消息" in part
    assert "发错了" not in part


async def test_why_nobody_heard_it_stands_below_the_message(screen, tenant):
    shown = tenant.transcript.post(APP, drawn("在吗"), Author("示例甲", "T1"), at_ms=0)
    tenant.transcript.remark(shown, "机器人没有听到。")

    assert "机器人没有听到。</p>" in phone(await screen.page(), "wecom")


async def test_a_card_has_its_lists_and_buttons(screen, tenant):
    card = Drawn(
        kind="template_card",
        text="待审",
        html="<p>待审</p>",
        wire={},
        buttons=(
            Button("通过", Does.PRESS, "pass", "primary"),
            Button("退回", Does.PRESS, "return", spent=True),
            Button("看材料", Does.OPEN, "https://example.com/a?b=1&c=2"),
            Button("危险", Does.OPEN, "javascript:alert(1)"),
        ),
        choices=(
            Choice("grade", "等级", (("1", "合格"), ("2", "优秀")), chosen=("2",)),
            Choice("why", "理由", (("a", "缺材料"),), several=True),
        ),
    )
    tenant.transcript.post(APP, card, BOT, at_ms=0)

    part = phone(await screen.page(), "wecom")

    assert '<button class="button primary" name="key" value="pass">通过</button>' in part
    assert '<button class="button " name="key" value="return" disabled>退回</button>' in part
    assert 'href="https://example.com/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer">看材料' in part
    assert "javascript:" not in re.sub(r"<button[^>]*disabled>", "", part)
    assert '<option value="2" selected>优秀</option>' in part
    assert '<input type="checkbox" name="choice.why" value="a">缺材料' in part


async def test_other_chats_with_something_new_have_a_dot_until_they_are_opened(screen, tenant):
    tenant.transcript.post(GROUP, drawn("今天的排名"), BOT, at_ms=0)
    dot = re.compile(r'wecom:group:wrGroup1"[^>]*>[^<]*<span class="unread"( hidden)?>')

    assert dot.search(await screen.page())[1] is None
    await screen.page(wecom_chat="wecom:group:wrGroup1")
    assert dot.search(await screen.page())[1] == " hidden"
    assert ("T1", "wecom:group:wrGroup1") in tenant.read


async def test_a_long_group_name_leaves_out_the_unit_in_the_row_of_chats(screen, tenant):
    group = GROUPS[0]
    tenant.directory.add_group(
        type(group)(
            key="g2",
            platform=Platform.WECOM,
            name="示例县第一小学 研修群",
            chat_id="wrGroup2",
            members=frozenset({TEACHER.key}),
            webhook="hook-2",
        )
    )

    assert 'title="示例县第一小学 研修群">研修群<' in await screen.page()


@pytest.mark.parametrize(
    "query",
    [{"wecom": "nobody"}, {"wecom_chat": "wecom:app:t2"}, {"dingtalk": "T3", "dingtalk_chat": "x"}],
)
async def test_whoever_is_not_there_is_told_in_chinese(http, query):
    answer = await http.get("/", params=query)

    assert answer.status == 404
    assert "这里没有你要找的人或消息。" in await answer.text()


@pytest.mark.parametrize("path", ["/wire/99", "/media/none", "/people?platform=none", "/people"])
async def test_other_pages_that_are_not_there_are_told_too(http, path):
    answer = await http.get(path)

    assert answer.status == 404
    assert "回到练习场" in await answer.text()


async def test_unknown_words_in_the_address_are_ignored(screen):
    assert "示例甲" in await screen.page(panel="nothing", show="telegram", more="1")


async def test_a_phone_that_is_shown_alone_is_chosen_in_the_address(screen):
    assert 'data-show="dingtalk"' in await screen.page(show="dingtalk")


async def test_every_answer_forbids_what_a_page_does_not_need(http):
    answer = await http.get("/")

    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("query", [{}, {"panel": "wire"}, {"wecom_chat": "wecom:group:wrGroup1"}])
async def test_there_is_no_inline_script_or_style_and_no_other_host(screen, query):
    page = await screen.page(**query)

    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", page)
    assert re.findall(r"<script[^>]*>", page) == re.findall(
        r'<script src="/static/page\.js\?v=[^"]*" defer>', page
    )
    assert not re.search(r"(src|href|action)=\"(https?:)?//", page)


async def test_every_control_has_a_name(screen):
    page = await screen.page(wecom_chat="wecom:group:wrGroup1")

    for textarea in re.findall(r"<textarea[^>]*>", page):
        assert 'aria-label="消息"' in textarea
    for tag, inside in re.findall(r"<button([^>]*)>(.*?)</button>", page, re.DOTALL):
        words = re.sub(r"<svg.*?</svg>|<[^>]*>|\s", "", inside, flags=re.DOTALL)
        assert words or "aria-label" in tag or tag.endswith(" hidden"), tag
    labelled = set(re.findall(r'for="([^"]*)"', page))
    for select in re.findall(r"(<label[^>]*><span[^>]*>[^<]*</span>)?<select([^>]*)>", page):
        found = re.search(r'id="([^"]*)"', select[1])
        assert select[0] or (found and found[1] in labelled), select


async def test_the_static_files_are_there_under_their_version(http):
    page = await (await http.get("/")).text()

    found = re.findall(r'"(/static/[^"]*)"', page)
    assert len(set(found)) == 5
    for address in set(found):
        assert (await http.get(address)).status == 200


async def test_everything_works_below_another_path(aiohttp_client, sides, programme):
    outer = web.Application()
    outer.add_subapp("/tenant", application(sides, programme))
    http = await aiohttp_client(outer)

    without_slash = await http.get("/tenant?show=dingtalk", allow_redirects=False)
    page = await Screen(http, "/tenant").page()
    status, answered = await Screen(http, "/tenant").post(
        "/say", platform="wecom", member="T1", chat="wecom:app:t1", text="我的学时", to_bot="1", back=""
    )

    assert (without_slash.status, without_slash.headers["Location"]) == (308, "/tenant/?show=dingtalk")
    addresses = set(re.findall(r"(?:href|action|src|data-events)=\"([^\"#]+)", page))
    assert {address for address in addresses if not address.startswith("/tenant/")} == set()
    assert status == 200
    assert said(answered) == ["我的学时", "你有 18.5 学时。"]


async def test_without_a_programme_there_is_no_clock_and_no_code(aiohttp_client, sides):
    http = await aiohttp_client(application(sides, None))

    page = await Screen(http).page()

    assert "换个日子" not in page
    assert "领一个绑定码" not in page
    assert (await Screen(http).live("/clock", step="day"))[0] == 404
    assert (await Screen(http).live("/code", member="T1"))[0] == 404


async def test_a_strangers_role_is_shown_in_the_chooser(screen):
    assert STRANGER.name in await screen.read("/people", platform="wecom", role="外部人员")
