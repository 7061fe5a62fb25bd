"""Which processes serve this database: each holds a lease of its own, and says which version it is."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, select

from storage import leases
from storage.tables import lease

_PREFIX: Final = "serve/"
_FORGOTTEN_MS: Final = 24 * 3_600_000
_LONGEST: Final = 64  # of a holder


@dataclass(frozen=True, slots=True)
class Process:
    """One that serves."""

    version: str  # of the program; "" = it runs out of a bare folder
    host: str  # "machine:process"


def is_here(connection: Connection, key: str, process: Process, *, at: int, until: int) -> None:
    """`key`: drawn by the process, once. Times in epoch milliseconds, real clock."""
    holder = f"{process.version} {process.host}"[:_LONGEST]
    leases.take(connection, f"{_PREFIX}{key}", holder, at=at, until=until)
    dead = (lease.c.name.startswith(_PREFIX), lease.c.until < at - _FORGOTTEN_MS)
    connection.execute(delete(lease).where(*dead))


def has_left(connection: Connection, key: str) -> None:
    connection.execute(delete(lease).where(lease.c.name == f"{_PREFIX}{key}"))


def alive(connection: Connection, *, at: int) -> tuple[Process, ...]:
    """Also one that was killed, for as long as its lease lasts."""
    held = select(lease.c.holder).where(lease.c.name.startswith(_PREFIX), lease.c.until > at)
    return tuple(
        Process(version, host)
        for version, _, host in (
            holder.partition(" ") for holder in connection.scalars(held.order_by(lease.c.holder))
        )
    )
