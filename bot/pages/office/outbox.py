"""发件箱: what waits, what was not delivered and why, and sending it again or letting it be.

Whose figures stand in a message is not shown: only what went to groups, announcements, and what the office was told.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.pages.office.sought import address, number
from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.outgoing import Kind
from messages.outgoing import answer
from messages.texts.copy_reasons import way
from messages.texts.undelivered import KINDS, cure, kind_word, reason_words
from storage import outbox_letters, undelivered
from storage.outbox import State
from storage.outbox_letters import Letter, Page, Shelf, Sought

_MOST: Final = 50
SHELVES: Final = {
    Shelf.UNDELIVERED: "没送到",
    Shelf.UNCERTAIN: "不确定",
    Shelf.WAITING: "等着发",
    Shelf.SENT: "发出了",
    Shelf.ALL: "全部",
}
_STATES: Final = {
    State.QUEUED: ("等着发", ""),
    State.LEASED: ("正在发", ""),
    State.SENT: ("发出了", "good"),
    State.UNCERTAIN: ("不确定送到没有", "warn"),
    State.FAILED: ("发不了", "bad"),
    State.DEAD: ("放弃了", "bad"),
}
_OUTLETS: Final = (
    *("wecom.app", "wecom.aibot.people", "wecom.webhook", "wecom.aibot"),
    *("dingtalk.robot", "dingtalk.webhook", "dingtalk.group", "answer"),
)
# One robot, two ways: in the list they must not read alike.
_TO_WHOM: Final = {"wecom.aibot.people": "（私信）", "wecom.aibot": "（群）"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One letter as the page shows it."""

    letter: Letter
    kind: str
    state: str
    tag: str
    way: str
    why: str
    noted: datetime
    done: datetime | None
    next_try: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What failed for one reason."""

    state: State
    word: str
    reason: str
    why: str
    cure: str
    count: int
    newest: datetime
    address: str  # of its letters
    may_go_again: bool  # all of them at once


def outbox(visit: Visit) -> Outcome:
    sought = _sought(visit)
    page = outbox_letters.letters(visit.connection, sought, most=_MOST)
    people = sum(one.person_id is not None for one in page.letters)
    if people:
        visit.record("outbox.listed", {"messages": len(page.letters), "shelf": sought.shelf.value})
    filters = _filters(sought)
    return Shown(
        "office/outbox.html",
        "发件箱",
        {
            "letters": [_shown(visit, one) for one in page.letters],
            "older": None
            if page.before is None
            else address(visit.at("/office/outbox"), filters, before=page.before),
            "is_first": sought.before is None,
            "searched": _searched(sought, page),
            "causes": _causes(visit) if sought.shelf is Shelf.UNDELIVERED and sought.before is None else [],
            "shelves": [
                (word, address(visit.at("/office/outbox"), filters, shelf=shelf.value), shelf is sought.shelf)
                for shelf, word in SHELVES.items()
            ],
            "sought": sought,
            "kinds": list(KINDS.items()),
            "outlets": [(one, way(one) + _TO_WHOM.get(one, "")) for one in _OUTLETS],
            "here": address("/office/outbox", filters, before=sought.before),
        },
    )


def send_again(visit: Visit) -> Outcome:
    """One letter by its number, also one that may have arrived: somebody has asked; or all of one reason."""
    form = visit.asked.form
    if form.get("letter"):
        letter = _letter(visit)
        if not letter.may_go_again:
            raise Unfit("这一条不用再发：它已经发出、正在发，或者撤回了。")
        count = undelivered.replay(visit.connection, at=visit.real_ms, keys=[letter.key])
        detail: dict[str, object] = {"messages": count, "keys": [letter.key]}
    else:
        reason = form.get("reason", "")
        count = undelivered.replay(visit.connection, at=visit.real_ms, reason=reason)
        detail = {"messages": count, "reason": reason}
    if not count:
        raise Unfit("没有可以再发的：过时的要单条再发；群停发了或解绑了的，先到“各群”重新绑定。")
    visit.record("outbox.replayed", detail)
    return Redirect(_back(visit), answer(f"{count} 条消息再发一次，几秒内开始。"))


def let_be(visit: Visit) -> Outcome:
    """Nothing more is done about it, and it is no longer listed as undelivered."""
    form = visit.asked.form
    if form.get("letter"):
        letter = _letter(visit)
        count = outbox_letters.dismiss(visit.connection, at=visit.real_ms, letter_id=letter.id)
        detail: dict[str, object] = {"messages": count, "keys": [letter.key]}
    else:
        cause = _state(form.get("state", "")), form.get("reason", "")
        count = outbox_letters.dismiss(visit.connection, at=visit.real_ms, cause=cause)
        detail = {"messages": count, "reason": cause[1]}
    if not count:
        raise Unfit("没有可以放下的：它已经发出、正在发，或者已经有人处理了。")
    visit.record("outbox.dismissed", detail)
    return Redirect(_back(visit), answer(f"{count} 条不再管了。改了主意，在“全部”里还能单条再发。"))


def _letter(visit: Visit) -> Letter:
    letter_id = number(visit.asked.form.get("letter", ""))
    found = None if letter_id is None else outbox_letters.find(visit.connection, letter_id)
    if found is None:
        raise NotThere
    return found


def _state(written: str) -> State:
    if written not in {State.DEAD.value, State.FAILED.value, State.UNCERTAIN.value}:
        raise Unfit("这一类消息没有了，刷新后再看。")
    return State(written)


def _back(visit: Visit) -> str:
    """Where the form stood; nothing but a view of this page."""
    here = visit.asked.form.get("here", "")
    return here if here.startswith("/office/outbox?") else "/office/outbox"


def _sought(visit: Visit) -> Sought:
    query = visit.asked.query
    shelf = query.get("shelf", "")
    kind = query.get("kind", "")
    outlet = query.get("outlet", "")
    return Sought(
        shelf=Shelf(shelf) if shelf in set(Shelf) else Shelf.UNDELIVERED,
        kind=Kind(kind) if kind in set(Kind) else None,
        outlet=outlet if outlet in _OUTLETS else "",
        reason=query.get("reason"),
        person_id=number(query.get("person", "")),
        group_id=number(query.get("group", "")),
        before=number(query.get("before", "")),
    )


def _filters(sought: Sought) -> dict[str, object]:
    return {
        "shelf": sought.shelf.value,
        "kind": "" if sought.kind is None else sought.kind.value,
        "outlet": sought.outlet,
        "reason": sought.reason,
        "person": sought.person_id,
        "group": sought.group_id,
    }


def _searched(sought: Sought, page: Page) -> bool:
    """Whether only the newest were looked through, and older ones may still be found."""
    return page.before is not None and len(page.letters) < _MOST and sought.shelf in {Shelf.SENT, Shelf.ALL}


def _causes(visit: Visit) -> list[Cause]:
    return [
        Cause(
            state=one.state,
            word=_STATES[one.state][0],
            reason=one.reason,
            why=reason_words(one.reason, one.why),
            cure=cure(one.reason),
            count=one.count,
            newest=visit.time(one.newest),
            address=address(visit.at("/office/outbox"), {"reason": one.reason or None}),
            may_go_again=one.state is not State.UNCERTAIN and one.reason not in {"expired", "overtaken"},
        )
        for one in outbox_letters.causes(visit.connection)
    ]


def _shown(visit: Visit, one: Letter) -> Row:
    word, tag = _STATES[one.state]
    if one.dismissed:
        word += "，不用管了"
    elif one.state is State.FAILED and one.done_at is None:
        word, tag = "等本人下次来问时说", "warn"
    elif one.state is State.QUEUED and one.in_doubt:
        word = "等着再发一次：平台没有回答"
    later = one.next_try_at if one.state is State.QUEUED and one.next_try_at > visit.real_ms else None
    ended = one.state in {State.DEAD, State.FAILED, State.UNCERTAIN}
    return Row(
        letter=one,
        kind=kind_word(one.kind),
        state=word,
        tag=tag,
        way=way(one.outlet) if one.outlet else "",
        why=reason_words(one.reason, one.why) if ended or one.reason else "",
        noted=visit.time(one.noted_at),
        done=None if one.done_at is None else visit.time(one.done_at),
        next_try=None if later is None else visit.time(later),
    )
