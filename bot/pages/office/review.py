"""One submission: its links, versions and history beside the decision, for whoever may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.pages.acting import act
from bot.pages.office.review_filters import Filters, filters_of, reading_turn, sight_of
from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.policy.links import carried_extraction
from handlers.reviewing import exactly
from handlers.turn import Turn
from handlers.view_evidence import Seen, claim_for_review, looked_at, seen_by
from messages.commands import Command
from messages.texts.evidence_words import REASONS, receipt
from messages.texts.review_words import findings, moment, shared_notes
from messages.texts.view import LATE, ShownLink, ShownVersion, happened, state_words, usual
from messages.texts.wording import code_label, listed
from storage.quotas import SchoolQuota, quotas
from storage.review_pages import following

_WEB: Final = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Leading:
    """One link; `opens`: whether a browser may be sent there."""

    url: str
    opens: bool
    extraction: str
    notes: str


@dataclass(frozen=True, slots=True)
class Handed:
    """One version as a page shows it."""

    version: int
    at: str
    late: str
    note: str
    links: Sequence[Leading]


def review(visit: Visit) -> Outcome:
    turn = reading_turn(visit)
    seen = seen_by(turn, int(visit.asked.path["number"]))
    if seen is None:
        raise NotThere
    one, found = seen.opened, seen.submission
    if not seen.reading.own:
        visit.record("evidence.viewed", looked_at(found), person_id=found.author.person_id)
    filters = filters_of(visit, turn, visit.asked.query)
    current, *earlier = [_handed(version) for version in one.versions]
    return Shown(
        "office/review.html",
        f"{receipt(one.number)} {code_label(one.code, visit.catalogue)}",
        {
            "one": one,
            "person_id": found.author.person_id,
            "reading": seen.reading,
            "to_decide": seen.to_decide,
            "may_reopen": _may_reopen(seen),
            "seen": f"{one.number}.{one.version}",
            "state": state_words(one),
            "asked_for": [line.plain for line in usual(one.code, visit.catalogue)],
            "notes": shared_notes(one.shared, visit.catalogue),
            "current": current,
            "earlier": earlier,
            "history": [happened(event).plain for event in one.history],
            "quota": _quota(visit, found.author.school_id) if seen.reading.decides else None,
            "reasons": REASONS,
            "filters": filters,
            "next": _next(turn, filters, seen),
        },
    )


def open_for_review(visit: Visit) -> Outcome:
    """Colleagues see that it is being looked at."""
    number = int(visit.asked.path["number"])
    claim_for_review(reading_turn(visit), number)
    return Redirect(f"/office/reviews/{number}")


def reopen(visit: Visit) -> Outcome:
    number = int(visit.asked.path["number"])
    reason, shortest = visit.asked.form.get("reason", "").strip(), visit.plan.review.reason_characters
    if len(reason) < shortest:
        raise Unfit(f"重开要写明原因，至少 {shortest} 个字，没有重开。请返回上一页写上原因再点。")
    # Which version it is does not matter: what is decided gets no new one before it is reopened.
    said = act(visit, Command.REOPEN, replace(exactly([(number, 1)]), reason=reason))
    filters = filters_of(visit, reading_turn(visit), visit.asked.form)
    return Redirect(filters.address(f"/office/reviews/{number}"), said)


def _may_reopen(seen: Seen) -> bool:
    one = seen.submission
    return seen.reading.reopens and not seen.reading.own and (one.held or one.state.decided)


def _handed(one: ShownVersion) -> Handed:
    links = [_leading(link) for link in one.links]
    return Handed(one.version, moment(one.at), LATE.get(one.late, ""), one.note, links)


def _leading(link: ShownLink) -> Leading:
    carried = carried_extraction(link.url)
    return Leading(
        url=link.url,
        opens=link.url.lower().startswith(_WEB),
        extraction="" if link.extraction == carried else link.extraction,
        notes=listed(findings([link.finding])),
    )


def _quota(visit: Visit, school_id: int) -> SchoolQuota | None:
    return quotas(visit.connection, [school_id], visit.plan).get(school_id)


def _next(turn: Turn, filters: Filters, seen: Seen) -> int | None:
    """Where one goes on without deciding; nothing for those who decide nowhere."""
    if not seen.reading.decides and not seen.reading.own:
        return None
    return following(turn.connection, sight_of(turn), filters.narrowed, seen.submission)
