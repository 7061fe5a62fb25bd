"""How much may go out somewhere, kept by all processes together before a platform complains (GCRA)."""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from storage.prepared import Prepared

_ENSURE = Prepared(
    text("INSERT INTO allowance (name, used_until) VALUES (:name, 0) ON CONFLICT (name) DO NOTHING")
)
_READ = {
    "sqlite": Prepared(text("SELECT used_until FROM allowance WHERE name = :name")),
    # Whoever holds it claims alone, so that no two processes take two messages of one chat.
    "postgresql": Prepared(text("SELECT used_until FROM allowance WHERE name = :name FOR UPDATE")),
}
_WRITE = Prepared(text("UPDATE allowance SET used_until = :until WHERE name = :name"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """At most `most` calls in any stretch of `milliseconds`: half of them may come at once."""

    most: int
    milliseconds: int

    @property
    def at_once(self) -> int:
        return max(1, self.most // 2)

    @property
    def apart_us(self) -> int:
        """Microseconds between two calls that go on for ever, rounded up.

        `at_once` and one every such stretch make `most` within the window.
        """
        return -(-self.milliseconds * 1000 // (self.most - self.at_once + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left at this moment; belongs to the transaction in which it was read."""

    name: str
    pace: Pace
    used_until_us: int
    calls: int  # so many may go out now
    again_in_ms: int  # until the next one may, where none may now


def allowance(connection: Connection, name: str, pace: Pace, *, now: int) -> Allowance:
    """Holds the allowance until the end of the transaction; `now` in epoch milliseconds of the real clock."""
    rows = _READ[connection.dialect.name].all(connection, name=name)
    if not rows:
        _ENSURE.changed(connection, name=name)
        rows = _READ[connection.dialect.name].all(connection, name=name)
    apart, now_us = pace.apart_us, now * 1000
    most_ahead = pace.at_once * apart
    used_until = max(rows[0][0], now_us)
    latest = now_us + most_ahead + pace.milliseconds * 1000
    if used_until > latest:  # a clock that was moved back must not close the way for as long
        used_until = latest
        _WRITE.changed(connection, name=name, until=latest)
    ahead = used_until - now_us
    calls = max(0, most_ahead - ahead) // apart
    return Allowance(
        name=name,
        pace=pace,
        used_until_us=used_until,
        calls=calls,
        again_in_ms=0 if calls else -(-(ahead + apart - most_ahead) // 1000),
    )


def spend(connection: Connection, held: Allowance, calls: int) -> None:
    """More than was allowed is allowed here: pages that nobody had counted."""
    if calls:
        until = held.used_until_us + calls * held.pace.apart_us
        _WRITE.changed(connection, name=held.name, until=until)
