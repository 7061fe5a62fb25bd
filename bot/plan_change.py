"""A plan that has changed between two starts: everybody is judged anew before anybody asks."""

from sqlalchemy import select

from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from storage import audit, ledger, standings
from storage.crowd import CHUNK
from storage.database import Database
from storage.tables import standing


def bring_into_force(database: Database, plan: Plan, catalogue: Catalogue, now_ms: int) -> int:
    """Derives ledgers and standings of all who were judged by another plan; how many those were.

    In pieces, each a transaction, so that a running bot's writes get through; a stop in between is taken up
    at the next start.
    """
    judged = 0
    while True:
        with database.writing() as connection:
            people = connection.scalars(
                select(standing.c.person_id).where(standing.c.rule_version != plan.version).limit(CHUNK)
            ).all()
            ledger.derive(connection, people, plan, now_ms)
            standings.rewrite(connection, people, plan, catalogue)
            judged += len(people)
            if len(people) < CHUNK:
                if judged:
                    detail = {"version": plan.version, "people": judged}
                    audit.record(
                        connection, at=now_ms, actor="operator", action="plan", person_id=None, detail=detail
                    )
                return judged
