"""What a workbook is made from: the order, the database as it is at one moment, the plan, and for whom."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from bot.policy.export import Order
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from storage.schools import School, all_schools


class CannotMake(Exception):
    """There is no such workbook now; the message says why, in Chinese, and what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commission:
    """Everything that a book is made of; a `handlers.viewpoint.Viewpoint`."""

    connection: Connection
    plan: Plan
    catalogue: Catalogue
    now: datetime  # the programme's clock, Asia/Shanghai
    maker: str  # who wanted it, as the cover names them
    order: Order

    @property
    def today(self) -> date:
        return self.now.date()

    def schools(self) -> tuple[School, ...]:
        """The one that it is about, or all. Raises CannotMake for one that is gone."""
        wanted = self.order.school_id
        found = tuple(
            school for school in all_schools(self.connection) if wanted is None or school.school_id == wanted
        )
        if wanted is not None and not found:
            raise CannotMake("这所学校已经不在学校表里了。")
        return found

    @property
    def one_school(self) -> School | None:
        return None if self.order.school_id is None else self.schools()[0]
