"""What a job is given, and what it gives back."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from bot.clock import Clock
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.policy.timetable import Outcome
from storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class JobParts:
    """What a job works with; its transactions are its own, and short."""

    database: Database
    plan: Plan
    catalogue: Catalogue
    clock: Clock
    secret_key: str = field(repr=False)  # "" = none


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """Which run this is; a job judges by `day`, never by the clock."""

    job: str
    day: date
    now: datetime  # by the programme's clock
    real_ms: int  # epoch milliseconds of the real clock: what is posted is noted at it
    by_hand: bool  # somebody has asked for it: any day, any hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What came of it."""

    outcome: Outcome
    detail: str  # one Chinese sentence for the operator
    messages: int = 0  # new ones that wait in the outbox


JobFunction = Callable[[JobParts, Slot], Ran]
"""Runs in a worker thread; may be run again for the same slot, and then does what is left to do."""
