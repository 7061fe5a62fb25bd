"""What one has handed in, on one's own page: every version with its links, every event, what can be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.pages.visit import Visit
from bot.policy.evidence import EventKind, EvidenceState, after
from bot.policy.links import carried_extraction, judge_link
from handlers.my_evidence import shown
from handlers.turn import Turn
from messages.outgoing import text
from messages.texts.evidence_words import STATES
from messages.texts.links import found
from messages.texts.my_evidence import how_far
from messages.texts.view import EVENTS, LATE
from messages.texts.wording import code_label
from storage.own_page import History
from storage.submissions import Event, Link, Version

_TONES = {
    EvidenceState.WAITING: "warn",
    EvidenceState.RETURNED: "bad",
    EvidenceState.PASSED: "good",
    EvidenceState.EXCELLENT: "good",
    EvidenceState.WITHDRAWN: "",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLink:
    """One link; `href` is "" where it would not be safe to follow."""

    url: str
    href: str
    extraction: str  # 提取码, where the link does not carry it itself
    found: str  # what a look at it means for its author


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVersion:
    """What was handed in at one time."""

    number: int
    at: datetime
    late: str
    note: str
    links: tuple[OwnLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnEvent:
    """One thing that happened to it."""

    at: datetime
    who: str
    what: str
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSubmission:
    """One submission; versions and events newest first."""

    number: int
    code: str
    label: str
    state: str
    tone: str
    how_far: str
    open: bool  # unfolded: it is not over
    may_withdraw: bool
    versions: tuple[OwnVersion, ...]
    events: tuple[OwnEvent, ...]


def own_evidence(visit: Visit, turn: Turn, histories: Sequence[History]) -> tuple[OwnSubmission, ...]:
    """The newest first; what was taken back comes last."""
    by_number = {one.submission.number: one for one in histories}
    newest_first = shown(turn, [one.submission for one in histories])
    kept_first = sorted(newest_first, key=lambda one: one.state is EvidenceState.WITHDRAWN)
    return tuple(
        OwnSubmission(
            number=one.number,
            code=one.code,
            label=code_label(one.code, visit.catalogue),
            state=STATES[one.state],
            tone=_TONES[one.state],
            how_far=_how_far(one.state, text(*how_far(one, visit.today)).plain),
            open=one.state in {EvidenceState.WAITING, EvidenceState.RETURNED},
            may_withdraw=after(one.state, EventKind.WITHDRAWN) is not None,
            versions=tuple(_version(visit, each) for each in reversed(by_number[one.number].versions)),
            events=tuple(_event(visit, each) for each in reversed(by_number[one.number].events)),
        )
        for one in kept_first
    )


def _how_far(state: EvidenceState, said: str) -> str:
    return "已经撤回。" if state is EvidenceState.WITHDRAWN else said


def _version(visit: Visit, one: Version) -> OwnVersion:
    return OwnVersion(
        number=one.version,
        at=visit.time(one.submitted_at),
        late=LATE.get(one.late, ""),
        note=one.note,
        links=tuple(_link(visit, link) for link in one.links),
    )


def _link(visit: Visit, one: Link) -> OwnLink:
    safe = judge_link(one.url, visit.plan.review.link_characters) is None
    return OwnLink(
        url=one.url,
        href=one.url if safe else "",
        extraction="" if one.extraction == carried_extraction(one.url) else one.extraction,
        found="".join(found([one.finding])),
    )


def _event(visit: Visit, one: Event) -> OwnEvent:
    what = f"交了第 {one.version} 版" if one.kind is EventKind.RESUBMITTED else EVENTS[one.kind]
    behalf = "（代审）" if one.on_behalf else ""
    piece = f"，要改的是 {one.piece}" if one.piece else ""
    return OwnEvent(
        at=visit.time(one.at), who=one.actor_name, what=f"{what}{behalf}{piece}", remark=one.remark
    )
