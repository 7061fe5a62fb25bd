"""Where schools stand at acceptance, by the frozen figures where there are any."""

from collections.abc import Sequence

from bot.policy.acceptance import HandedIn, SchoolResult, due_months, owed, provisional
from bot.policy.school import Band, band_of
from handlers.unit_figures import progress, quota
from handlers.viewpoint import Viewpoint, day_of
from messages.texts.acceptance import Frozen, Stand
from storage.freezes import Freeze, changed_since
from storage.schools import School
from storage.unit_papers import handed_in
from storage.unit_standings import by_school

_BANDS = tuple(Band)
_NOTHING = HandedIn(filings={}, summary=False, bulletins={}, groups=0, cases=frozenset())


def results(turn: Viewpoint, schools: Sequence[School], freeze: Freeze | None) -> list[SchoolResult]:
    """By 学段 and name; units with nobody active are left out."""
    only = schools[0].school_id if len(schools) == 1 else None
    freeze_id = None if freeze is None else freeze.freeze_id
    tallies = by_school(turn.connection, None if only is None else [only], freeze_id=freeze_id)
    papers = handed_in(turn.connection, only)
    months = due_months(turn.plan, turn.today)
    found = []
    for school in schools:
        of = progress(turn, tallies.get(school.school_id, ()), ranked=school.ranked)
        if of is not None:
            papers_here = papers.get(school.school_id, _NOTHING)
            found.append(
                SchoolResult(
                    school_id=school.school_id,
                    name=school.name,
                    band=band_of(school.kind),
                    ranked=school.ranked,
                    progress=of,
                    quota=quota(turn, of),
                    owed=owed(papers_here, months),
                    cases=papers_here.cases,
                )
            )
    return sorted(found, key=lambda result: (_BANDS.index(result.band), result.name))


def stand(turn: Viewpoint, freeze: Freeze | None, school_id: int | None = None) -> Stand:
    last = turn.plan.deadlines.hard
    frozen = None
    if freeze is not None:
        frozen = Frozen(
            when=day_of(turn, freeze.frozen_at),
            name=freeze.name,
            reason=freeze.reason,
            changed=changed_since(turn.connection, freeze.freeze_id, school_id),
        )
    figures_of = turn.today if frozen is None else frozen.when
    return Stand(today=turn.today, last=last, provisional=provisional(figures_of, last), frozen=frozen)
