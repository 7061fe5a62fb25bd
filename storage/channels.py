"""The way out to a platform, shared by all processes: its access token, and pauses that it has asked for."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update
from sqlalchemy.dialects import postgresql, sqlite

from messages.incoming import Platform
from storage.tables import channel


@dataclass(frozen=True, slots=True)
class StoredToken:
    """As it lies in the database; `until` in epoch milliseconds of the real clock."""

    sealed: str
    until: int


def paused(connection: Connection) -> dict[Platform, int]:
    """Until when nothing goes out by a platform's app; past moments among them."""
    rows = connection.execute(select(channel.c.platform, channel.c.paused_until))
    return {Platform(platform): until for platform, until in rows}


def pause(connection: Connection, platform: Platform, until: int) -> None:
    """Nobody sends anything there before `until`; a longer pause that holds already stays."""
    _ensure(connection, platform)
    connection.execute(
        update(channel)
        .where(channel.c.platform == platform.value, channel.c.paused_until < until)
        .values(paused_until=until)
    )


def token(connection: Connection, platform: Platform) -> StoredToken:
    """An empty one that has never been valid where there is none."""
    row = connection.execute(
        select(channel.c.token, channel.c.token_until).where(channel.c.platform == platform.value)
    ).fetchone()
    return StoredToken("", 0) if row is None else StoredToken(row[0], row[1])


def begin_renewal(
    connection: Connection, platform: Platform, seen: StoredToken, *, now: int, until: int
) -> bool:
    """Whether it is the caller who fetches a token in place of `seen`, until `until` at the latest.

    False when somebody else does, or has done.
    """
    _ensure(connection, platform)
    result = connection.execute(
        update(channel)
        .where(
            channel.c.platform == platform.value,
            channel.c.token == seen.sealed,
            channel.c.renewing_until <= now,
        )
        .values(renewing_until=until)
    )
    return result.rowcount == 1


def end_renewal(connection: Connection, platform: Platform, fresh: StoredToken | None) -> None:
    """None: it has failed, and the next one may try at once."""
    values: dict[str, str | int] = {"renewing_until": 0}
    if fresh is not None:
        values |= {"token": fresh.sealed, "token_until": fresh.until}
    connection.execute(update(channel).where(channel.c.platform == platform.value).values(values))


def _ensure(connection: Connection, platform: Platform) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(
        insert(channel).values(platform=platform.value).on_conflict_do_nothing(index_elements=["platform"])
    )
