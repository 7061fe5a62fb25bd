"""Imports that somebody has asked to take back on a page, and what the others of the office hear of it."""

from datetime import datetime

from bot.imports import reverting
from bot.imports.applying import Ground
from bot.received_files.looking import Desk
from messages.texts import import_page as texts
from storage import import_reversals, imports_done, notices
from storage.database import Database
from storage.fault_points import FaultPoint, reached
from storage.identifiers import Identifiers
from storage.import_reversals import Reversal, State
from storage.names import names_of
from storage.second_person import others_of_office


def take_back(desk: Desk, reversal: Reversal, now: datetime) -> State:
    """Raises ImportBusy."""
    ground = Ground(
        database=desk.database,
        plan=desk.plan,
        catalogue=desk.catalogue,
        identifiers=Identifiers(desk.secret_key),
        now=now,
        actor=f"person:{reversal.asked_by}",
    )
    return reverting.take_back(ground, reversal)


def end_reversal(database: Database, reversal: Reversal, state: State, at: int) -> None:
    """`at`: epoch milliseconds of the real clock."""
    with database.writing() as connection:
        import_reversals.ends(connection, reversal.import_id, state)
        ended = import_reversals.of_import(connection, reversal.import_id)
        run = imports_done.find(connection, ended.run_id) if ended and ended.run_id else None
        if state is not State.DONE or run is None:
            return
        by = names_of(connection, [reversal.asked_by])[reversal.asked_by]
        said = texts.taken_back(by, run.file_name, run.counts.get("changed", 0), reversal.reason)
        others = [one.person_id for one in others_of_office(connection, reversal.asked_by)]
        key = f"import-reversal/{reversal.import_id}/{reversal.asked_at}"
        notices.note(connection, others, key=key, text=said, at=at)
        reached(FaultPoint.REVERSAL_END_COMMITS)
    reached(FaultPoint.REVERSAL_END_COMMITTED)
