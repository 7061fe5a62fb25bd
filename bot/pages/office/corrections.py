"""更正: what the office puts right about one person, by reversal and with a reason, and tells them."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.pages.acting import act, turn_of
from bot.pages.office.person import card_seen
from bot.pages.office.person_line import COUNTED, UNCOUNTED, ledger_word
from bot.pages.office.role_scope import scope_named
from bot.pages.visit import Denied, Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.people import Grant, PersonState
from handlers.frozen import frozen_remark
from handlers.reviewing import exactly
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts import corrected as texts
from storage import correcting, notices
from storage.crowd import hold
from storage.grants import end_role, give_role
from storage.person_story import Card
from storage.settling import settle
from storage.submissions import find

LONGEST: Final = 200  # characters of a reason: what the ledger's column holds


def correct(visit: Visit) -> Outcome:
    """One form for every correction; `what` says which."""
    card = card_seen(visit)
    if card.where.person_id == visit.visitor.person_id:
        raise Denied("自己的数据和角色，请项目办的另一位来更正。")
    what = visit.asked.form.get("what", "")
    if what == "code":
        return _code(visit, card)
    done = _WAYS.get(what)
    if done is None:
        raise Unfit("没有这一种更正，请回到这个人的页面再点一次。")
    hold(visit.connection, [card.where.person_id])
    return Redirect(f"/office/people/{card.where.person_id}", done(visit, card, _reason(visit)))


def _code(visit: Visit, card: Card) -> Outcome:
    """Shown once and kept nowhere, so that no other page can come in between."""
    arguments = Arguments(name=card.name, numbers=(card.where.person_id,))
    said = act(visit, Command.CODE, arguments)
    return Shown("office/person_code.html", f"{card.name}的绑定码", {"card": card, "code": said})


def _reason(visit: Visit) -> str:
    reason = " ".join(visit.asked.form.get("reason", "").split())
    least = visit.plan.review.reason_characters
    if len(reason) < least:
        raise Unfit(f"请写明原因，至少 {least} 个字，本人会看到。")
    if len(reason) > LONGEST:
        raise Unfit(f"原因写了 {len(reason)} 个字，最多 {LONGEST} 个，请写短一些。")
    return reason


def _count(visit: Visit, card: Card, reason: str) -> Answer:
    return _snapshot(visit, card, reason, counts=True)


def _uncount(visit: Visit, card: Card, reason: str) -> Answer:
    return _snapshot(visit, card, reason, counts=False)


def _snapshot(visit: Visit, card: Card, reason: str, *, counts: bool) -> Answer:
    found = correcting.find_snapshot(visit.connection, card.where.person_id, _number(visit, "snapshot"))
    if found is None:
        raise Unfit("没有这一份线上数据，请刷新这个人的页面再看。")
    if found.counts is counts:
        raise Unfit("这份数据已经是这样，不用再改。")
    if found.taken_back:
        raise Unfit("导入这份数据的表格已经整份撤销，不能再计入。")
    correcting.let_count(visit.connection, found.id, counts=counts)
    _settle(visit, card)
    action = COUNTED if counts else UNCOUNTED
    detail = {"as_of": found.as_of.isoformat(), "hours": found.hours, "reason": reason}
    visit.record(action, detail, person_id=card.where.person_id)
    office = visit.plan.office
    _tell(visit, card, texts.snapshot_notice(found.as_of, found.hours, reason, office, counts=counts))
    return _frozen(visit, texts.snapshot_said(card.name, found.as_of, found.hours, counts=counts))


def _reverse(visit: Visit, card: Card, reason: str) -> Answer:
    entry = correcting.find_live_entry(visit.connection, card.where.person_id, _number(visit, "entry"))
    if entry is None:
        raise Unfit("这一笔不能冲销：已经冲销过，或者是认证得来的学时，那要重开材料。")
    correcting.reverse(visit.connection, card.where.person_id, entry, reason, at=visit.now_ms)
    _settle(visit, card)
    detail = {"entry": entry.id, "hours": entry.hours, "reference": entry.reference, "reason": reason}
    visit.record("practice.reversed", detail, person_id=card.where.person_id)
    what = ledger_word(entry, visit.catalogue)
    _tell(visit, card, texts.reversal_notice(what, entry.hours, reason, visit.plan.office))
    return _frozen(visit, texts.reversal_said(card.name, what, entry.hours))


def _reopen(visit: Visit, card: Card, reason: str) -> Answer:
    """As 重开 does it, with its own notices and audit."""
    number = _number(visit, "number")
    submission = find(visit.connection, number)
    if submission is None or submission.author.person_id != card.where.person_id:
        raise Unfit("这个编号不是这位老师的材料，请刷新这个人的页面再看。")
    arguments = exactly([(number, submission.version)])
    return act(visit, Command.REOPEN, replace(arguments, reason=reason))


def _state(visit: Visit, card: Card, reason: str) -> Answer:
    state = next((one for one in PersonState if one.value == visit.asked.form.get("state")), None)
    if state is None or state is card.state:
        raise Unfit("请选一个不同的状态。")
    correcting.change_state(visit.connection, card.where, state, at=visit.now_ms)
    _settle(visit, card)
    detail = {"state": [card.state.value, state.value], "reason": reason}
    visit.record("person.state", detail, person_id=card.where.person_id)
    _tell(visit, card, texts.state_notice(state, reason, visit.plan.office))
    return _frozen(visit, texts.state_said(card.name, state))


def _grant(visit: Visit, card: Card, reason: str) -> Answer:
    scope, where = scope_named(visit, card)
    if not give_role(visit.connection, card.where.person_id, scope, at=visit.now_ms):
        raise Unfit("已经有这个角色了，不用再给。")
    _record_role(visit, card, "grant role", scope, reason)
    _tell(visit, card, texts.role_notice(scope.role, where, reason, visit.plan.office, given=True))
    return texts.role_said(card.name, scope.role, where, given=True)


def _revoke(visit: Visit, card: Card, reason: str) -> Answer:
    scope, where = scope_named(visit, card, held=True)
    sources = end_role(visit.connection, card.where.person_id, scope, at=visit.now_ms)
    if not sources:
        raise Unfit("没有这个角色，或者已经收回了。")
    _record_role(visit, card, "revoke role", scope, reason)
    _tell(visit, card, texts.role_notice(scope.role, where, reason, visit.plan.office, given=False))
    return texts.role_said(card.name, scope.role, where, given=False, from_roster="roster" in sources)


def _unbind(visit: Visit, card: Card, reason: str) -> Answer:
    found = correcting.find_account(visit.connection, card.where.person_id, _number(visit, "account"))
    if found is None:
        raise Unfit("没有这个账号，或者已经解绑了。")
    correcting.unbind(visit.connection, found.id)
    detail = {"platform": found.platform.value, "source": found.source, "reason": reason}
    visit.record("account.unbound", detail, person_id=card.where.person_id)
    _tell(visit, card, texts.unbound_notice(found.platform, reason, visit.plan.office))
    return texts.unbound_said(card.name, found.platform)


_WAYS: Final[Mapping[str, Callable[[Visit, Card, str], Answer]]] = {
    "count": _count,
    "uncount": _uncount,
    "reverse": _reverse,
    "reopen": _reopen,
    "state": _state,
    "grant": _grant,
    "revoke": _revoke,
    "unbind": _unbind,
}


def _number(visit: Visit, name: str) -> int:
    word = visit.asked.form.get(name, "")
    return int(word) if word.isascii() and word.isdigit() and len(word) <= 15 else 0


def _settle(visit: Visit, card: Card) -> None:
    """The ledger and the standing follow in the same transaction."""
    people = [card.where.person_id]
    settle(visit.connection, people, visit.plan, visit.catalogue, now_ms=visit.now_ms)


def _tell(visit: Visit, card: Card, words: str) -> None:
    key = f"corrected/{visit.trace}"
    notices.note(visit.connection, [card.where.person_id], key=key, text=words, at=visit.real_ms)


def _frozen(visit: Visit, said: Answer) -> Answer:
    return said + frozen_remark(turn_of(visit, Command.CORRECT, Arguments()))


def _record_role(visit: Visit, card: Card, action: str, scope: Grant, reason: str) -> None:
    detail = {
        "role": scope.role.value,
        "school": scope.school_id,
        "group": scope.group_id,
        "reason": reason,
    }
    visit.record(action, detail, person_id=card.where.person_id)
