"""What the practice page may do with the demonstration: move its clock, hand out a binding code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from bot.clock import SHANGHAI, RehearsalClock
from bot.policy.plan import Plan
from messages.incoming import Platform
from messages.texts.wording import day
from storage.bindings import issue_code
from storage.database import Database
from storage.people import find_asker
from storage.roster_lookup import find_person

_MORNING, _EVENING = time(8), time(18)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Bound to one database, plan and clock."""

    clock: RehearsalClock
    plan: Plan
    database: Database
    secret_key: str = field(repr=False)

    def now(self) -> datetime:
        return self.clock.now()

    def move_to(self, moment: datetime) -> None:
        self.clock.move_to(moment)

    def moments(self) -> Sequence[tuple[str, datetime]]:
        """Worth seeing: the next ranking and summary, and the programme's due days."""
        today = self.clock.now().date()
        named = [
            (f"今天 {_EVENING:%H:%M}", _at(today, _EVENING)),
            (f"明天 {_MORNING:%H:%M}", _at(today + timedelta(days=1), _MORNING)),
            (f"下周一 {_MORNING:%H:%M}", _at(today + timedelta(days=7 - today.weekday()), _MORNING)),
        ]
        due = self.plan.deadlines
        for label, when in (("材料提交日", due.soft), ("最后期限", due.hard), ("总结和案例", due.summary)):
            named.append((f"{day(when)} {_MORNING:%H:%M}（{label}当天）", _at(when, _MORNING)))
        after = due.hard + timedelta(days=1)
        named.append((f"{day(after)} {_MORNING:%H:%M}（最后期限的第二天）", _at(after, _MORNING)))
        return [(label, moment) for label, moment in named if moment > self.clock.now()]

    def is_bound(self, platform: str, account: str) -> bool:
        with self.database.reading() as connection:
            return find_asker(connection, Platform(platform), account) is not None

    def binding_code(self, staff_no: str) -> str:
        """A fresh one-time code, as the school's administrator would hand it out. Raises LookupError."""
        with self.database.writing() as connection:
            entry = find_person(connection, staff_no)
            if entry is None:
                raise LookupError("花名册里没有这个人，领不到绑定码。")
            return issue_code(
                connection,
                entry.person_id,
                self.secret_key,
                self.clock.real_ms(),
                self.plan.binding.code_days,
            )


def _at(when: date, moment: time) -> datetime:
    return datetime.combine(when, moment, SHANGHAI)
