"""After anything that certifies or takes back: the ledger, then the standings, in the same transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, update

from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.policy.standing import Facts, Step
from bot.policy.standing import standing as judge
from storage.ledger import derive
from storage.prepared import Prepared
from storage.standings import evidence_column, rewrite
from storage.tables import standing

_PLACE = Prepared(
    update(standing)
    .where(standing.c.person_id == bindparam("of"))
    .values(evidence=bindparam("open"), next_step=bindparam("step"))
)


def settle(
    connection: Connection, person_ids: Iterable[int], plan: Plan, catalogue: Catalogue, *, now_ms: int
) -> None:
    """What these people have follows from what is certified, chosen and handed in now."""
    people = tuple(person_ids)
    derive(connection, people, plan, now_ms)
    rewrite(connection, people, plan, catalogue)


def place_evidence(
    connection: Connection, person_id: int, facts: Facts, plan: Plan, catalogue: Catalogue
) -> Step:
    """`settle` for what changes nothing but the evidence in `facts`, read while the person was held; the next step.

    A tenth of the cost: a submission is the one change that thousands make on the same evening.
    """
    verdict = judge(facts, plan, catalogue)
    placed = _PLACE.changed(connection, of=person_id, open=evidence_column(facts), step=verdict.step.value)
    if not placed:
        rewrite(connection, [person_id], plan, catalogue)  # an import has taken the row away to write it anew
    return verdict.step
