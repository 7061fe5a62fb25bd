"""What delivery works with."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.clock import Clock
from bot.metrics import Metrics
from bot.policy.plan import Plan
from storage.database import Database
from storage.sealing import Sealing


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """In seconds; a test is less patient."""

    poll: float = 3.0  # for what other processes have noted, and for what was put off
    apart: float = 4.0  # before a person is told something unasked again, and hears the rest in one
    answer: float = 10.0  # how long a platform may take for one call
    tidy: float = 60.0  # between two looks for what is too late


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """The same for every courier of a process."""

    database: Database
    plan: Plan
    clock: Clock
    pace: Pace = field(default_factory=Pace)
    metrics: Metrics = field(default_factory=Metrics)
    sealing: Sealing | None = None  # None: there is no way into a group
    luck: Callable[[], float] = random.random  # between 0 and 1; spreads repetitions
