"""After anything that certifies or takes back: the ledger, then the standings, in the same transaction."""

from collections.abc import Iterable

from sqlalchemy import Connection

from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from storage.ledger import derive
from storage.standings import rewrite


def settle(
    connection: Connection, person_ids: Iterable[int], plan: Plan, catalogue: Catalogue, *, now_ms: int
) -> None:
    """What these people have follows from what is certified, chosen and handed in now."""
    people = tuple(person_ids)
    derive(connection, people, plan, now_ms)
    rewrite(connection, people, plan, catalogue)
