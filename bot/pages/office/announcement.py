"""One announcement: what was said to whom, where it has arrived, who has answered, and what can still be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.pages.acting import act
from bot.pages.office.announcement_writing import is_preview
from bot.pages.office.announcements import STATES, programme_time
from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.announcement import AnnouncementState
from bot.policy.copies import HELD, Fate, Recalled
from bot.policy.quiet import may_disturb, next_allowed
from handlers.announcing import message_of
from messages.commands import Arguments, Command
from messages.outgoing import Answer
from messages.texts.announcement import at_time
from messages.texts.copy_reasons import because
from messages.texts.delivery_report import FATES, recall_line, staying_words
from storage.announcement_pages import OfSchool, Progress, Unanswered, progress, unanswered
from storage.announcements import Announcement, find_announcement
from storage.corrections import Resendable, corrected_by, resendable
from storage.deliveries import recalled, targets, would_recall
from storage.names import names_of

MOST_NAMES: Final = 100
SCHOOLS_A_PAGE: Final = 50
_LISTS: Final[Mapping[str, Fate | None]] = {
    "failed": Fate.FAILED,
    "uncertain": Fate.UNCERTAIN,
    "unbound": Fate.UNBOUND,
    "unanswered": None,
}
_UNSEEN: Final = tuple(fate for fate in HELD if fate is not Fate.SENDING)
_OUT: Final = (AnnouncementState.POSTED, AnnouncementState.RECALLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class May:
    """What the visitor may do now, with what it would concern; nothing for those who only read."""

    confirm: bool = False
    cancel: bool = False
    correct: bool = False
    resend: Resendable | None = None
    recall: bool = False
    recalled: Recalled | None = None  # what it would take back, once somebody has asked
    stays: str = ""  # what a recall cannot take back
    remind: int = 0


def announcement(visit: Visit) -> Outcome:
    one = _asked_for(visit)
    found = progress(visit.connection, one.number, receipts=one.wants_receipt)
    counts_only = "counts" in visit.asked.query  # what the page asks for while it is open: no names are read
    context = _counts(visit, one, found)
    if counts_only:
        return Shown("office/announcement_counts.html", f"公告 {one.number}", context)
    people = names_of(visit.connection, [one.author_id, one.approved_by or 0, one.ended_by or 0])
    context |= {
        "author": people.get(one.author_id, ""),
        "approved_by": people.get(one.approved_by or 0, ""),
        "ended_by": people.get(one.ended_by or 0, ""),
        "confirmed": programme_time(visit, one.confirmed_at),
        "posted": None if one.posted_at is None else programme_time(visit, one.posted_at),
        "ended": None if one.ended_at is None else programme_time(visit, one.ended_at),
        "message": message_of(one, visit.plan.office),
        "corrected_by": corrected_by(visit.connection, one.number),
        "may": _may(visit, one, found),
        "listed": _listed(visit, one),
    }
    return Shown("office/announcement.html", f"公告 {one.number}", context)


def act_on(visit: Visit) -> Outcome:
    """What the same words in the chat would do, by their handlers."""
    one = _asked_for(visit)
    what = visit.asked.form.get("what", "")
    if what not in _ACTS:
        raise Unfit("没有说做什么，什么都没有改。请返回上一页再点。")
    said = _ACTS[what](visit, one)
    if is_preview(said):
        return Redirect("/office/announcements/preview")
    return Redirect(f"/office/announcements/{one.number}", said)


def _asked_for(visit: Visit) -> Announcement:
    one = find_announcement(visit.connection, int(visit.asked.path["number"]))
    if one is None:
        raise NotThere
    return one


def _numbered(command: Command) -> Callable[[Visit, Announcement], Answer]:
    return lambda visit, one: act(visit, command, Arguments(numbers=(one.number,)))


def _correct(visit: Visit, one: Announcement) -> Answer:
    text = visit.asked.form.get("text", "").replace("\r\n", "\n")
    return act(visit, Command.CORRECT, Arguments(numbers=(one.number,), text=text))


def _recall(visit: Visit, one: Announcement) -> Answer:
    return act(visit, Command.WITHDRAW, Arguments(numbers=(one.number,)), confirmed=True)


def _ask_again(visit: Visit, one: Announcement) -> Answer:
    return act(visit, Command.REMIND, Arguments(numbers=(one.number,)), confirmed=True)


_ACTS: Final[Mapping[str, Callable[[Visit, Announcement], Answer]]] = {
    "confirm": _numbered(Command.CONFIRM),
    "cancel": _numbered(Command.CANCEL),
    "resend": _numbered(Command.RESEND),
    "recall": _recall,
    "remind": _ask_again,
    "correct": _correct,
}


def _counts(visit: Visit, one: Announcement, found: Progress) -> dict[str, Any]:
    """Everything that changes while one looks on."""
    page, last = _page(visit, found.schools)
    held = found.tally.of(*HELD)
    taken = recalled(visit.connection, one.number) if one.state is AnnouncementState.RECALLED else None
    under_way = held > 0 or (taken is not None and taken.asked > 0)
    return {
        "one": one,
        "state": STATES[one.state],
        "out": one.state in _OUT,
        "due": None if one.due_at is None else at_time(visit.time(one.due_at)),
        "groups": _fates(found.tally.groups),
        "people": _fates(found.tally.people),
        "rests_until": _rests_until(visit, one, found),
        "receipts": found.receipts if one.wants_receipt else None,
        "recalled": None if taken is None else recall_line(taken),
        "schools": found.schools[(page - 1) * SCHOOLS_A_PAGE : page * SCHOOLS_A_PAGE],
        "page": page,
        "last": last,
        "live": one.state in _OUT and (under_way or one.wants_receipt),
    }


def _fates(counts: Mapping[Fate, int]) -> list[tuple[str, int, str]]:
    """Word, how many, and the colour, of what there is."""
    colours = {Fate.SENT: "good", Fate.FAILED: "bad", Fate.UNCERTAIN: "warn", Fate.UNBOUND: "warn"}
    return [(word, counts[fate], colours.get(fate, "")) for fate, word in FATES.items() if counts.get(fate)]


def _page(visit: Visit, schools: Sequence[OfSchool]) -> tuple[int, int]:
    last = max(1, -(-len(schools) // SCHOOLS_A_PAGE))
    said = visit.asked.query.get("page", "")
    page = int(said) if said.isascii() and said.isdigit() and len(said) <= 4 else 1
    return min(max(page, 1), last), last


def _rests_until(visit: Visit, one: Announcement, found: Progress) -> str:
    """When people are written to next, where that is not now."""
    plan = visit.plan
    if one.urgent or not found.tally.people.get(Fate.QUEUED):
        return ""
    if may_disturb(visit.now, plan.quiet, plan.workdays):
        return ""
    return at_time(next_allowed(visit.now, plan.quiet, plan.workdays))


def _may(visit: Visit, one: Announcement, found: Progress) -> May:
    if not visit.is_office:
        return May()
    mine = one.author_id == visit.visitor.person_id
    match one.state:
        case AnnouncementState.WAITING:
            return May(cancel=True, confirm=not mine)
        case AnnouncementState.SCHEDULED:
            return May(cancel=True)
        case AnnouncementState.POSTED:
            return _may_after(visit, one, found)
        case _:
            return May()


def _may_after(visit: Visit, one: Announcement, found: Progress) -> May:
    newer = corrected_by(visit.connection, one.number)
    back: Recalled | None = None
    if "recall" in visit.asked.query:
        back = would_recall(visit.connection, one.number, at=visit.real_ms)
    left = found.receipts.asked - found.receipts.answered
    again: Resendable | None = None
    copies = found.tally.of(*Fate)
    unseen = one.corrects is None and copies == found.tally.of(*_UNSEEN)
    if newer is None and (found.tally.of(Fate.FAILED) or one.corrects is not None):
        again = resendable(visit.connection, one.number)
    return May(
        cancel=unseen and bool(copies),
        correct=newer is None and bool(copies),
        resend=again if again is not None and again.able else None,
        recall=bool(copies) and not unseen,
        recalled=back,
        stays=staying_words(back) if back is not None and back.staying else "",
        remind=left if one.wants_receipt and newer is None else 0,
    )


def _listed(visit: Visit, one: Announcement) -> dict[str, Any] | None:
    """Names, only where somebody has asked for them; the look is in the audit."""
    which = visit.asked.query.get("list", "")
    if which not in _LISTS or one.state not in _OUT:
        return None
    school = visit.asked.query.get("school", "")
    school_id = int(school) if school.isascii() and school.isdigit() and len(school) <= 9 else None
    rows = _names(visit, one.number, _LISTS[which], school_id)
    visit.record("announcement.delivery_viewed", {"number": one.number, "people": len(rows)})
    return {"which": which, "rows": rows, "more": len(rows) == MOST_NAMES}


def _names(visit: Visit, number: int, fate: Fate | None, school_id: int | None) -> list[tuple[str, str, str]]:
    """Name, school, and why."""
    if fate is None:
        people: Sequence[Unanswered] = unanswered(
            visit.connection, number, school_id=school_id, most=MOST_NAMES
        )
        return [(one.name, one.school, "还没有回“收到”") for one in people]
    found = targets(visit.connection, number, fate, most=MOST_NAMES, school_id=school_id)
    return [(one.name, one.school, FATES[fate] if fate is Fate.UNBOUND else because(one)) for one in found]
