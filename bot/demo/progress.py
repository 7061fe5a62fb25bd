"""How far the people of the demonstration county are: chosen points and certified ones, so that every state occurs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import combinations
from random import Random
from typing import NamedTuple

from sqlalchemy import Connection

from bot.demo.handed_in import certified_papers, open_papers
from bot.demo.papers import file_papers
from bot.policy.plan import Plan
from bot.policy.points import Catalogue
from bot.policy.standing import Grade
from storage import standings
from storage.certifications import NewCertification, certify
from storage.choices import replace_choice
from storage.database import Database
from storage.evidence_bulk import hand_in_many
from storage.ledger import derive
from storage.reviewers import reviewers_of
from storage.roles import office_people
from storage.roster_lookup import list_people
from storage.school_leads import leads_by_school

_SEED = 3
# Out of a hundred people: not chosen yet; chosen with 0, 1, 2 certified points; the rest has all of them.
_CHOOSING, _NONE, _ONE, _TWO = 14, 44, 58, 70
_AHEAD = 25
_OFFERS = 40
_EXCELLENT = 0.4
_PIECE = 500


class _Progress(NamedTuple):
    person_id: int
    codes: tuple[str, ...]
    certified: int  # so many of them, from the first on

    @property
    def is_under_way(self) -> bool:
        return self.certified < len(self.codes)


def spread(database: Database, plan: Plan, catalogue: Catalogue, now: datetime) -> None:
    """The same for the same roster. Commits a few hundred people at a time."""
    random = Random(_SEED)
    offers = _offers(plan, catalogue, random)
    with database.reading() as connection:
        everybody = list_people(connection)
    # Some schools are ahead of others, or a ranking would have nothing to show.
    ahead = {entry.school_id: random.randrange(-_AHEAD, _AHEAD) for entry in everybody}
    progress = [_progress(entry.person_id, ahead[entry.school_id], offers, random) for entry in everybody]
    pieces = [progress[first : first + _PIECE] for first in range(0, len(progress), _PIECE)]
    certified: list[NewCertification] = []
    for piece in pieces:
        with database.writing() as connection:
            certified += _apply(connection, plan, piece, random, now)
    with database.writing() as connection:
        reviewers = reviewers_of(connection)
        next_points = [(one.person_id, one.codes[one.certified]) for one in progress if one.is_under_way]
        papers = [
            *certified_papers(certified, reviewers, catalogue, random),
            *open_papers(next_points, reviewers, catalogue, random, now),
        ]
        hand_in_many(connection, sorted(papers, key=lambda paper: paper.submitted_at))
        school_of = {entry.person_id: entry.school_id for entry in everybody}
        offered: dict[int, list[str]] = {}
        for one in progress:
            offered.setdefault(school_of[one.person_id], []).extend(one.codes)
        file_papers(
            connection,
            leads={school_id: leads[0] for school_id, leads in leads_by_school(connection).items()},
            offered=offered,
            office=office_people(connection)[0],
            plan=plan,
            catalogue=catalogue,
            random=Random(_SEED + 1),
            now=now,
        )
    for piece in pieces:
        with database.writing() as connection:
            standings.rewrite(connection, [one.person_id for one in piece], plan, catalogue)


def _offers(plan: Plan, catalogue: Catalogue, random: Random) -> list[tuple[str, ...]]:
    """Choices that the plan allows; colleagues often choose alike."""
    allowed = [
        picked
        for picked in combinations([point.code for point in catalogue], plan.choice.points)
        if len(catalogue.dimensions(picked)) >= plan.choice.dimensions
    ]
    return random.sample(allowed, min(_OFFERS, len(allowed)))


def _progress(person_id: int, ahead: int, offers: list[tuple[str, ...]], random: Random) -> _Progress:
    codes = random.choice(offers)
    luck = random.randrange(100) + ahead
    if luck < _CHOOSING:
        return _Progress(person_id, (), 0)
    for certified, bound in enumerate((_NONE, _ONE, _TWO)):
        if luck < bound:
            return _Progress(person_id, codes, certified)
    return _Progress(person_id, codes, len(codes))


def _apply(
    connection: Connection, plan: Plan, progress: Sequence[_Progress], random: Random, now: datetime
) -> list[NewCertification]:
    """Points are chosen weeks ago, and certified one after the other; what was certified."""
    certified: list[NewCertification] = []
    for one in progress:
        if one.codes:
            replace_choice(
                connection, one.person_id, one.codes, at=_at(now - timedelta(days=random.randrange(25, 60)))
            )
    for place in range(plan.choice.points):
        at = _at(now - timedelta(days=max(0, 20 - 6 * place)))
        reached = [one for one in progress if one.certified > place]
        news = [NewCertification(one.person_id, one.codes[place], _grade(random), at) for one in reached]
        certify(connection, news)
        certified += news
        derive(connection, [one.person_id for one in reached], plan, at)
    return certified


def _grade(random: Random) -> Grade:
    return Grade.EXCELLENT if random.random() < _EXCELLENT else Grade.PASS


def _at(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
