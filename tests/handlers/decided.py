"""Decides about submissions of the small county, as a reviewer would."""

from bot.policy.evidence import EventKind, after
from bot.policy.standing import Grade
from storage import evidence
from storage.certifications import NewCertification, certify
from storage.settling import settle
from storage.submissions import find
from tests.handlers.conftest import LEADER, County

_GRADES = {EventKind.PASSED: Grade.PASS, EventKind.EXCELLENT: Grade.EXCELLENT}


def decide(
    county: County, number: int, kind: EventKind, *, who: int = LEADER, remark: str = "", piece: str = ""
) -> None:
    """Now, by the county's clock."""
    now_ms = int(county.now.timestamp() * 1000)
    one = find(county.connection, number)
    author = one.author.person_id
    if kind in _GRADES:
        certify(county.connection, [NewCertification(author, one.code, _GRADES[kind], now_ms)])
    evidence.move(
        county.connection,
        one,
        after(one.state, kind, held=one.held),
        kind,
        actor_id=who,
        at=now_ms,
        remark=remark,
        piece=piece,
    )
    settle(county.connection, [author], county.plan, county.catalogue, now_ms=now_ms)
