"""One request of somebody who is logged in, with everything a page may look at, and what a page may return."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection

from bot.clock import SHANGHAI, Clock
from bot.pages.guard import is_own, prefix_of
from bot.plan_source import PlanSource
from bot.policy.outgoing import Way
from bot.policy.people import LEADS, Grant, Role, Whereabouts, may_see
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from handlers.entry import Who
from messages.incoming import Platform
from messages.outgoing import Answer
from storage import audit
from storage.database import Database
from storage.page_sessions import Session
from storage.people import Asker


class NotThere(Exception):
    """There is nothing at this address that the visitor may see: one and the same answer to both."""


class Denied(Exception):
    """The visitor may not do this; the message says, in Chinese, who may."""


class Unfit(Exception):
    """What was sent cannot be used; the message says, in Chinese, what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What every page stands on."""

    database: Database
    plan: Plan
    catalogue: Catalogue
    clock: Clock
    secret_key: str = field(repr=False)
    public_url: str  # without a slash at its end
    reaches: frozenset[Platform]  # where people can be written to
    committed: Callable[[Connection], None]  # called in the page's thread after each commit that wrote
    webhook_bases: Mapping[Way, str] = field(default_factory=dict)  # where group webhooks may lead to
    ways: frozenset[Way] = frozenset()  # into groups, that are open here
    plan_source: PlanSource = field(default_factory=PlanSource)

    @property
    def base(self) -> str:
        """The prefix under which a proxy shows the pages; "" = none."""
        return prefix_of(self.public_url)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file from a form; its name is data, never a path."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request in plain values; the last value of a name that was given twice, all of them in `every`."""

    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    every: Mapping[str, tuple[str, ...]]  # of the form
    file: Uploaded | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A page reads by `connection`, and writes by it where it was posted to; it never commits."""

    connection: Connection
    ground: Ground
    asked: Asked
    visitor: Asker
    grants: frozenset[Grant]
    standing: frozenset[Who]
    session: Session
    now: datetime  # the programme's clock, Asia/Shanghai
    real_ms: int
    csrf: str = field(repr=False)
    trace: str
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def plan(self) -> Plan:
        return self.ground.plan

    @property
    def catalogue(self) -> Catalogue:
        return self.ground.catalogue

    @property
    def today(self) -> date:
        return self.now.date()

    @property
    def now_ms(self) -> int:
        """The programme's clock as the database keeps instants."""
        return int(self.now.timestamp() * 1000)

    @property
    def is_office(self) -> bool:
        return Who.OFFICE in self.standing

    @property
    def sees_everything(self) -> bool:
        """The project office and the leading group."""
        return bool(self.standing & {Who.OFFICE, Who.OVERSIGHT})

    @property
    def led_schools(self) -> frozenset[int]:
        return frozenset(
            grant.school_id for grant in self.grants if grant.role in LEADS and grant.school_id is not None
        )

    @property
    def led_groups(self) -> frozenset[int]:
        return frozenset(
            grant.group_id
            for grant in self.grants
            if grant.role is Role.LEADER and grant.group_id is not None
        )

    def may_see(self, whose: Whereabouts) -> bool:
        """Somebody's own data: theirs, their group's leader's, their school's lead's, the office's."""
        return may_see(self.visitor.whereabouts, self.grants, whose)

    def record(self, action: str, detail: Mapping[str, Any], *, person_id: int | None = None) -> None:
        """Into the audit log, as done by the visitor; written once the page is made, also of a mere look."""
        self.records.append({"action": action, "detail": dict(detail), "person_id": person_id})

    def write_records(self, connection: Connection) -> None:
        actor = f"person:{self.visitor.person_id}"
        for one in self.records:
            audit.record(connection, at=self.real_ms, actor=actor, trace=self.trace, **one)
        self.records.clear()

    def at(self, path: str) -> str:
        """The address of a page as the browser sees it: `path` is "/office/…" or "/me/…"."""
        return self.ground.base + path

    def time(self, at: int) -> datetime:
        """An instant (epoch milliseconds) in Asia/Shanghai."""
        return datetime.fromtimestamp(at / 1000, SHANGHAI)


@dataclass(frozen=True, slots=True)
class Shown:
    """A page. Every template gets `visit`, `menu` and what stands here."""

    template: str  # below bot/pages/templates
    title: str
    context: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """To another page after something was done; `said` is shown there once."""

    to: str  # "/office/…" or "/me/…", without the prefix
    said: Answer | None = None

    def __post_init__(self) -> None:
        if not is_own(self.to):
            raise ValueError("pages only lead to pages")


CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Download:
    """A file to be saved: a path, which is removed once it was sent, or its pieces."""

    name: str  # as people see it; may be Chinese
    content_type: str
    content: Path | bytes | Iterator[bytes]


@dataclass(frozen=True, slots=True)
class Picture:
    """Something that a page shows and nobody saves."""

    content_type: str
    content: bytes


Outcome = Shown | Redirect | Download | Picture
Page = Callable[[Visit], Outcome]
"""Raises NotThere, Denied, Unfit."""
