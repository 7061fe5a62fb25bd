"""What the others of the office hear of what one of them does with a file on the pages."""

from sqlalchemy import Connection

from bot.policy.plan import Plan
from messages.texts import import_page as texts
from storage import notices
from storage.names import names_of
from storage.received_files import ReceivedFile
from storage.second_person import others_of_office


def tell_others(connection: Connection, file: ReceivedFile, plan: Plan, *, at: int) -> None:
    """Asks them for the second word, where the plan wants one; once for each time that it is shown."""
    if not plan.pages.second_person:
        return
    proposer = names_of(connection, [file.person_id])[file.person_id]
    notices.note(
        connection,
        [one.person_id for one in others_of_office(connection, file.person_id)],
        key=f"page-file/{file.file_id}/{file.round}",
        text=texts.second_wanted(proposer, file.name),
        at=at,
    )
