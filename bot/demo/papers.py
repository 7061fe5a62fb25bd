"""What the schools of the demonstration county have filed: most have all of it, every state occurs."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection

from bot.policy.filing import PAPERS, FilingState, Slot
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.policy.scope import judge_scope
from storage.filings import decide, hand_in

# Out of a hundred schools: have handed in nothing, wait for the office, have one back; the rest has it all.
_NOTHING, _WAITING, _RETURNED = 10, 25, 35
_WEEKS = 9  # ago, in stage 1


def file_papers(  # noqa: PLR0913 - schools, who leads them, who decides, what they offer
    connection: Connection,
    *,
    leads: Mapping[int, int],
    offered: Mapping[int, Sequence[str]],
    office: int,
    plan: Plan,
    catalogue: Catalogue,
    random: Random,
    now: datetime,
) -> None:
    """`leads`: who hands in, by school; `offered`: the codes that people of a school have chosen."""
    for school_id, lead in sorted(leads.items()):
        luck = random.randrange(100)
        if luck < _NOTHING:
            continue
        at = _ms(now - timedelta(weeks=_WEEKS, minutes=random.randrange(5000)))
        returned = random.choice(PAPERS) if luck < _RETURNED else None
        for slot in (Slot.SCOPE, *PAPERS):
            content = (
                _scope(offered.get(school_id, ()), plan, catalogue)
                if slot is Slot.SCOPE
                else f"https://files.example.com/demo/school{school_id}/{slot.value}.docx"
            )
            number = hand_in(
                connection, school_id=school_id, slot=slot, content=content, person_id=lead, at=at
            )
            if luck < _WAITING:
                continue
            back = slot is returned
            decide(
                connection,
                number,
                FilingState.RETURNED if back else FilingState.FILED,
                person_id=office,
                at=at + int(timedelta(days=2).total_seconds()) * 1000,
                reason="缺学校盖章页" if back else "",
            )


def _scope(chosen: Sequence[str], plan: Plan, catalogue: Catalogue) -> str:
    """What people have chosen anyway, with what a scope needs besides."""
    verdict = judge_scope(chosen, plan.choice, catalogue)
    return " ".join(judge_scope((*verdict.codes, *verdict.addition), plan.choice, catalogue).codes)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
