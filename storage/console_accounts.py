"""The operator's terminal as a chat account: whoever the operator speaks as."""

from sqlalchemy import Connection, and_, delete

from messages.incoming import Platform
from storage import conversations
from storage.inbox import fold
from storage.tables import account


def speak_as(connection: Connection, account_id: str, person_id: int, *, at: int) -> None:
    """Ties the console's `account_id` to the person, whoever it was tied to before."""
    folded = fold(account_id)
    mine = and_(account.c.platform == Platform.CONSOLE.value, account.c.folded == folded)
    conversations.forget(connection, and_(mine, account.c.person_id != person_id))
    connection.execute(delete(account).where(mine))
    connection.execute(
        account.insert().values(
            platform=Platform.CONSOLE.value,
            folded=folded,
            verbatim=account_id,
            person_id=person_id,
            source="console",
            bound_at=at,
        )
    )
