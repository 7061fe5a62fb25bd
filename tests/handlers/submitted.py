"""Puts submissions into the small county, as 提交 would have taken them in."""

from datetime import datetime, timedelta

from bot.policy.calendar import lateness
from bot.policy.filing import Slot
from bot.policy.links import fingerprint
from storage import evidence, filings
from storage.settling import settle
from storage.submissions import Link, find
from storage.tables import person, role
from tests.handlers.conftest import CHINESE, FIRST_SCHOOL, OTHER_ADMIN, SECOND_SCHOOL, County

LINK = "https://pan.example.com/s/1abc"


def instant(when: datetime) -> int:
    return int(when.timestamp() * 1000)


def use_up_numbers(county: County, last: int) -> None:
    """The first numbers are filings of the other school: receipts begin behind them."""
    for _ in range(last):
        filings.hand_in(
            county.connection,
            school_id=SECOND_SCHOOL,
            slot=Slot.SCOPE,
            content="A1",
            person_id=OTHER_ADMIN,
            at=0,
        )


def hand_in(
    county: County, who: int, code: str, *urls: str, note: str = "", extraction: str = "", **ago: float
) -> int:
    """The receipt; `ago` as of timedelta (days=3): how long it has waited."""
    when = county.now - timedelta(**ago)
    number = evidence.hand_in(
        county.connection,
        person_id=who,
        code=code,
        note=note,
        links=_links(urls or (f"{LINK}{who}{code}",), extraction),
        late=lateness(when.date(), county.plan.deadlines),
        at=instant(when),
        real_ms=county.real_ms,
    )
    _settle(county, who)
    return number


def hand_in_again(county: County, number: int, *urls: str, note: str = "") -> int:
    """Which version it is."""
    before = find(county.connection, number)
    version = evidence.hand_in_again(
        county.connection,
        before,
        note=note,
        links=_links(urls or (f"{LINK}{number}again",), ""),
        late=lateness(county.now.date(), county.plan.deadlines),
        at=instant(county.now),
        real_ms=county.real_ms,
    )
    _settle(county, before.author.person_id)
    return version


def add_teacher(
    county: County, person_id: int, name: str, *, school: int = FIRST_SCHOOL, group: int | None = CHINESE
) -> None:
    """On the roster with a study account, bound to nothing."""
    county.connection.execute(
        person.insert().values(
            id=person_id,
            staff_no=f"T{person_id:04}",
            name=name,
            school_id=school,
            group_id=group,
            study_account=f"study{person_id}",
        )
    )
    _settle(county, person_id)


def grant(county: County, person_id: int, word: str, *, school: int | None = None, group: int | None = None):
    county.connection.execute(
        role.insert().values(
            person_id=person_id, role=word, school_id=school, group_id=group, source="grant", granted_at=0
        )
    )


def _links(urls, extraction):
    return [Link(url=url, fingerprint=fingerprint(url), extraction=extraction) for url in urls]


def _settle(county: County, who: int) -> None:
    settle(county.connection, [who], county.plan, county.catalogue, now_ms=instant(county.now))
