"""What figures are read with, whoever asks: a message in a chat, a page, or a workbook."""

from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Connection

from bot.policy.plan import Plan


class Viewpoint(Protocol):
    """A `Turn` is one, and so is a `Visit`."""

    @property
    def connection(self) -> Connection: ...

    @property
    def plan(self) -> Plan: ...

    @property
    def now(self) -> datetime:
        """The programme's clock, Asia/Shanghai."""
        ...

    @property
    def today(self) -> date: ...


def day_of(view: Viewpoint, at: int) -> date:
    """The day of an instant (epoch milliseconds) by the programme's calendar."""
    return datetime.fromtimestamp(at / 1000, view.now.tzinfo).date()
