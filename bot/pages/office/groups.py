"""各群: the bound groups with their health, and binding, letting go and trying by form."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot import group_binding
from bot.group_binding import NotAnAddress, Written
from bot.pages.office.sought import address, number
from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.outgoing import Kind, Way
from bot.policy.school_named import meant
from bot.policy.webhooks import known_by
from handlers.office_desk import Look, silent_groups
from messages.outgoing import Data, Line, answer, text
from messages.texts.doctor import group_test_message
from messages.texts.silent_groups import bind_anew
from storage import chat_groups
from storage.chat_groups import ChatGroup
from storage.group_pages import Passing, passing
from storage.outbox import Post, post
from storage.schools import all_schools
from storage.sealing import Sealing

COUNTY: Final = "全市"
WAYS: Final = {
    Way.WECOM_WEBHOOK: "企业微信群机器人",
    Way.WECOM_AIBOT: "企业微信智能机器人",
    Way.DINGTALK_WEBHOOK: "钉钉群机器人",
    Way.DINGTALK_GROUP: "钉钉企业机器人",
}
_PLATFORMS: Final = {"wecom": "企业微信", "dingtalk": "钉钉"}
_TAIL: Final = 4
_MOST: Final = 50
_MOST_CARDS: Final = 20
_MOST_SUGGESTED: Final = 150
_FIELDS: Final = {"webhook": "Webhook 地址", "chat": "群的会话 ID", "secret": "加签密钥"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One bound group, as the page shows it; instants in Asia/Shanghai."""

    group: ChatGroup
    way: str
    tail: str  # of its address
    received: datetime | None
    stopped: datetime | None
    paused: datetime | None
    silent: bool
    is_open: bool  # there is a way into it here
    waiting: int
    why: str  # in the platform's words
    cure: str


def groups(visit: Visit) -> Outcome:
    """Those that need somebody as cards, and all of them in a table, page by page; or one alone."""
    bound = chat_groups.bound(visit.connection)
    look = Look(plan=visit.plan, day=visit.today, now=visit.now, real_ms=visit.real_ms, since=0)
    silent = {one.id for one in silent_groups(visit.connection, look, bound)}
    ways = visit.ground.ways
    troubled = [one for one in bound if one.stopped_at is not None or one.refusals or one.id in silent]
    troubled.sort(key=lambda one: (one.stopped_at is None, one.school_name, one.id))
    only, after = number(visit.asked.query.get("group", "")), number(visit.asked.query.get("after", "")) or 0
    wanted = visit.asked.query.get("q", "").strip()[:80]
    if only is not None:
        troubled = [one for one in bound if one.id == only]
        listed: list[ChatGroup] = []
    else:
        listed = [
            one for one in bound if wanted in f"{one.name} {one.school_name or COUNTY}" and one.id > after
        ]
    page, cards = listed[:_MOST], troubled[:_MOST_CARDS]
    health = _healths(visit, [*cards, *page], silent)
    here = visit.at("/office/groups")
    return Shown(
        "office/groups.html",
        "各群",
        {
            "cards": [health[one.id] for one in cards],
            "rows": [health[one.id] for one in page],
            "only": only,
            "wanted": wanted,
            "count": len(bound),
            "troubled": len(troubled),
            "closed": sum(one.way not in ways for one in bound),
            "more": address(here, {"q": wanted}, after=page[-1].id) if len(listed) > len(page) else None,
            "first": address(here, {"q": wanted}) if after else None,
            "schools": [one.name for one in all_schools(visit.connection)[:_MOST_SUGGESTED]],
            "county": COUNTY,
        },
    )


def _healths(visit: Visit, several: Sequence[ChatGroup], silent: Container[int]) -> dict[int, Health]:
    ids = [one.id for one in several]
    known = chat_groups.addresses(visit.connection, ids, Sealing(visit.ground.secret_key), visit.real_ms)
    waits = passing(visit.connection, ids)
    return {
        one.id: _health(
            visit, one, known[one.id].address if one.id in known else None, waits[one.id], one.id in silent
        )
        for one in several
    }


def bind_group(visit: Visit) -> Outcome:
    form = visit.asked.form
    platform = form.get("platform", "")
    if platform not in _PLATFORMS:
        raise Unfit("先选平台：企业微信，或者钉钉。")
    webhook, chat = form.get("webhook", "").strip(), form.get("chat", "").strip()
    if bool(webhook) == bool(chat):
        raise Unfit("Webhook 地址和群的会话 ID 要写一个，只写一个。")
    written = Written(
        platform=platform,
        webhook=webhook or None,
        chat=chat or None,
        secret=form.get("secret", "").strip() or None,
        title=form.get("title", ""),
    )
    try:
        done = group_binding.bind(
            visit.connection,
            written,
            _school(visit, form.get("school", "").strip()),
            visit.ground.webhook_bases,
            secret_key=visit.ground.secret_key,
            at=visit.real_ms,
            actor=f"person:{visit.visitor.person_id}",
        )
    except NotAnAddress as fault:
        other = f"，平台要选{_PLATFORMS[fault.platform]}" if fault.platform else ""
        raise Unfit(f"{_FIELDS[fault.field]}：{fault.sentence}{other}。") from fault
    bound = done.bound
    verb = "已绑定" if bound.before is None else "已恢复" if bound.reopened else "已更新"
    lines: list[Line | str] = [text(f"{verb}：", Data(_called(bound.group)), "。")]
    if bound.resumed:
        lines.append(f"停发期间的 {bound.resumed} 条消息接着发。")
    if done.heir_of is not None:
        lines.append(f"顶替了停发的群（序号 {done.heir_of[0]}），没过时的 {done.heir_of[1]} 条接着发。")
    if chat and not done.heard:
        lines.append("还没有人在这个群里@过机器人：请确认机器人已加进群，会话 ID 没有抄错。")
    return Redirect(
        f"/office/groups?group={bound.group.id}", answer(*lines, "点“试发一条”，看群里收不收得到。")
    )


def unbind_group(visit: Visit) -> Outcome:
    was = group_binding.unbind(
        visit.connection,
        _asked_for(visit).id,
        at=visit.real_ms,
        actor=f"person:{visit.visitor.person_id}",
    )
    if was is None:
        raise NotThere
    said = answer(text("已解绑：", Data(_called(was)), "。以后不再往里发；再绑定同一个地址就恢复。"))
    return Redirect("/office/groups", said)


def try_group(visit: Visit) -> Outcome:
    """A test message through the outbox, as everything else goes; twice in a minute is once."""
    group = _asked_for(visit)
    if group.stopped_at is not None:
        raise Unfit("这个群停发了，试发也发不出去。先按“怎么办”处理，再重新绑定。")
    key = f"trial/{group.id}/{visit.real_ms // 60_000}"
    one = Post(key=key, kind=Kind.TRIAL, answer=group_test_message(), group_id=group.id)
    if not post(visit.connection, [one], at=visit.real_ms):
        raise Unfit("一分钟里只试发一条。先看看群里收到没有。")
    visit.record("group.tried", {"group": group.id})
    said = answer(
        text("测试消息正在发往", Data(_called(group)), "，一般几秒就到。"),
        "没收到的话，过一分钟刷新这一页，看“最近收到”和原因。",
    )
    return Redirect(f"/office/groups?group={group.id}", said)


def _asked_for(visit: Visit) -> ChatGroup:
    group_id = number(visit.asked.form.get("group", ""))
    found = None if group_id is None else chat_groups.find(visit.connection, group_id)
    if found is None or found.ended_at is not None:
        raise NotThere
    return found


def _school(visit: Visit, written: str) -> int | None:
    """None for the whole county."""
    if written == COUNTY:
        return None
    if not written:
        raise Unfit(f"写上这个群是哪所学校的；收全市排名的群写“{COUNTY}”。")
    found = meant(
        written, {one.school_id: (one.name, one.short_name) for one in all_schools(visit.connection)}
    )
    if found.school_id is not None:
        return found.school_id
    names = "、".join(found.candidates)
    if found.ambiguous:
        raise Unfit(f"“{written}”可能是几所学校，请写全称：{names}。")
    raise Unfit(f"没有叫“{written}”的学校，{f'是不是 {names}？' if names else '请写全称或简称。'}")


def _health(visit: Visit, one: ChatGroup, address: str | None, waits: Passing, silent: bool) -> Health:  # noqa: FBT001
    paused = waits.paused_until if waits.paused_until > visit.real_ms else None
    is_open = one.way in visit.ground.ways
    trouble = one.stopped_at is not None or silent or bool(one.refusals)
    return Health(
        group=one,
        way=WAYS[one.way],
        tail="解不开" if address is None else "…" + known_by(one.way, address)[-_TAIL:],
        received=None if one.received_at is None else visit.time(one.received_at),
        stopped=None if one.stopped_at is None else visit.time(one.stopped_at),
        paused=None if paused is None else visit.time(paused),
        silent=silent,
        is_open=is_open,
        waiting=waits.waiting,
        why=_why(one, waits.why),
        cure=bind_anew(one.way) if trouble else "" if is_open else _no_way(one.way),
    )


def _why(one: ChatGroup, said: str) -> str:
    if not one.stopped_for:
        return said
    return f"{said.rstrip('。') or '平台拒收'}（错误码 {one.stopped_for}）"


def _no_way(way: Way) -> str:
    if way is Way.WECOM_AIBOT:
        return "请管服务器的人开通智能机器人的长连接；或在群里添加群机器人，绑定它的 Webhook"
    return "请管服务器的人设置好这个平台的应用"


def _called(one: ChatGroup) -> str:
    title = f"（{one.title}）" if one.title else ""
    return f"{WAYS[one.way]} {one.school_name or COUNTY}{title}"
