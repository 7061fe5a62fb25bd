"""Which runs are due: by table, over a whole year, and wherever the clock jumps to."""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.plan_file import load_plan
from bot.policy.calendar import SHANGHAI
from bot.policy.plan import Day
from bot.policy.timetable import Due, Entry, Outcome, Record, Run, due, runs_on, window

PLAN = load_plan()
JOBS = {job.name: job for job in PLAN.jobs}
RANKING = Entry(job=JOBS["daily-ranking"])  # 18:00 on workdays, made up until 20:00
BACKUP = Entry(job=JOBS["backup"])  # 04:30 every day
NOBODY = Record(runs={}, since=None)
REAL_MS = 1_800_000_000_000
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MONDAY = date(2024, 5, 20)


def at(day, hour, minute=0, second=0):
    return datetime.combine(day, time(hour, minute, second), SHANGHAI)


def ended(outcome, *, tries=1, again_at=0, by_hand=False):
    return Run(
        holder="a",
        leased_until=0,
        tries=tries,
        again_at=again_at,
        finished=True,
        outcome=outcome,
        by_hand=by_hand,
    )


def under_way(*, leased_until, tries=1, again_at=0):
    return Run(
        holder="a", leased_until=leased_until, tries=tries, again_at=again_at, finished=False, outcome=None
    )


def known(runs, since=MONDAY - 10 * DAY):
    """Every workday before is done."""
    done = {MONDAY - n * DAY: ended(Outcome.DONE) for n in range(1, 40)}
    return Record(runs={**done, **runs}, since=since)


@pytest.mark.parametrize(
    ("name", "day", "runs"),
    [
        ("daily-ranking", date(2024, 5, 17), True),  # a Friday
        ("daily-ranking", date(2024, 5, 18), False),  # a plain Saturday
        ("daily-ranking", date(2024, 5, 11), True),  # a Saturday, worked for the holiday of May
        ("daily-ranking", date(2024, 6, 10), False),  # 端午, a Monday
        ("leader-summary", date(2024, 4, 15), True),  # a Monday
        ("leader-summary", date(2024, 4, 16), False),
        # Ten days before 30 May is Monday the 20th; every workday from then on, and none on a weekend.
        ("leader-summary", date(2024, 5, 17), False),
        ("leader-summary", date(2024, 5, 21), True),
        ("leader-summary", date(2024, 5, 25), False),
        ("leader-summary", date(2024, 5, 30), True),  # the due day itself
        # 31 May is over the soft date, and more than ten days before 14 June; 4 June is ten days before it.
        ("leader-summary", date(2024, 5, 31), False),
        ("leader-summary", date(2024, 6, 4), True),
        # 端午, a Monday: nobody would hear it. Mid-autumn is another, far from any due date: Wednesday instead.
        ("leader-summary", date(2024, 6, 10), False),
        ("leader-summary", date(2024, 6, 11), True),
        ("leader-summary", date(2024, 9, 16), False),
        ("leader-summary", date(2024, 9, 18), True),
        ("leader-summary", date(2024, 9, 19), False),
        ("leader-summary", date(2024, 9, 14), False),  # a Saturday that is worked
        ("leader-summary", date(2024, 6, 18), False),
        ("leader-summary", date(2024, 6, 20), True),  # ten days before 30 June
        ("leader-summary", date(2024, 7, 2), False),
        ("backup", date(2024, 6, 9), True),  # a Sunday
    ],
)
def test_a_job_has_a_slot_on_its_days(name, day, runs):
    assert runs_on(JOBS[name], day, PLAN) is runs


def test_weekdays_are_names():
    sunday = replace(JOBS["backup"], days=(Day.SUNDAY,))

    assert [runs_on(sunday, MONDAY + n * DAY, PLAN) for n in range(7)] == [False] * 6 + [True]


def test_a_slot_is_made_up_until_the_plan_says_so_or_to_the_end_of_the_day():
    assert window(JOBS["daily-ranking"], MONDAY) == (at(MONDAY, 18), at(MONDAY, 20))
    assert window(JOBS["backup"], MONDAY) == (at(MONDAY, 4, 30), datetime.combine(MONDAY, time.max, SHANGHAI))
    late = replace(JOBS["backup"], at=time(23))
    assert window(late, MONDAY) == (at(MONDAY, 23), at(MONDAY + DAY, 1))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(MONDAY, 17, 59, 59), []),
        (at(MONDAY, 18), [(MONDAY, Due.RUN)]),
        (at(MONDAY, 19, 10), [(MONDAY, Due.RUN)]),
        (at(MONDAY, 20), [(MONDAY, Due.RUN)]),
        (at(MONDAY, 20, 0, 1), [(MONDAY, Due.MISSED)]),
        (at(MONDAY, 20, 30), [(MONDAY, Due.MISSED)]),
        (at(MONDAY + DAY, 9), [(MONDAY, Due.MISSED)]),
        (at(MONDAY + DAY, 18), [(MONDAY, Due.MISSED), (MONDAY + DAY, Due.RUN)]),
    ],
)
def test_a_ranking_nobody_has_begun_is_run_made_up_or_missed(now, expected):
    assert due(RANKING, PLAN, now, REAL_MS, known({})) == expected


@pytest.mark.parametrize(
    ("run", "in_time", "too_late"),
    [
        (ended(Outcome.DONE), None, None),
        (ended(Outcome.NOTHING), None, None),
        (ended(Outcome.SKIPPED), None, None),  # the job itself has said so
        (ended(Outcome.SKIPPED, tries=0), Due.RUN, None),  # the clock has gone back to before it was over
        (ended(Outcome.FAILED, tries=3), None, None),
        (ended(Outcome.FAILED, tries=0, by_hand=True), Due.RUN, None),
        (ended(Outcome.NOTHING, tries=0, by_hand=True), Due.RUN, None),  # perhaps there is something now
        (ended(Outcome.DONE, tries=0, by_hand=True), Due.RUN, None),  # perhaps a group has been bound since
        (ended(Outcome.NOTHING, tries=0), None, None),  # it was off, or before the timetable had begun
        (under_way(leased_until=REAL_MS + 1), None, None),
        (under_way(leased_until=REAL_MS), Due.RUN, Due.MISSED),  # who held it has died
        (under_way(leased_until=0, again_at=REAL_MS + 1), None, Due.MISSED),  # a pause after a failure
        (under_way(leased_until=0, again_at=REAL_MS), Due.RUN, Due.MISSED),
        (under_way(leased_until=0, tries=3), Due.MISSED, Due.MISSED),  # it has died three times with it
    ],
)
def test_what_is_on_record_says_what_is_still_to_do(run, in_time, too_late):
    def found(now):
        return dict(due(RANKING, PLAN, now, REAL_MS, known({MONDAY: run}))).get(MONDAY)

    assert found(at(MONDAY, 19)) is in_time
    assert found(at(MONDAY, 21)) is too_late


def test_a_new_timetable_looks_back_at_nothing():
    assert due(RANKING, PLAN, at(MONDAY, 20, 30), REAL_MS, NOBODY) == [(MONDAY, Due.BEFORE)]
    assert due(RANKING, PLAN, at(MONDAY, 9), REAL_MS, NOBODY) == [(date(2024, 5, 17), Due.BEFORE)]
    # but what can still be run is run
    assert due(RANKING, PLAN, at(MONDAY, 18, 30), REAL_MS, NOBODY) == [
        (date(2024, 5, 17), Due.BEFORE),
        (MONDAY, Due.RUN),
    ]


def test_what_is_switched_off_is_put_on_record_so_that_nobody_misses_it_later():
    off = Entry(job=replace(RANKING.job, on=False))

    assert due(off, PLAN, at(MONDAY, 18), REAL_MS, known({})) == [(MONDAY, Due.OFF)]
    assert due(off, PLAN, at(MONDAY, 21), REAL_MS, known({})) == [(MONDAY, Due.OFF)]
    recorded = known({MONDAY: ended(Outcome.NOTHING, tries=0)})
    assert due(off, PLAN, at(MONDAY, 18), REAL_MS, recorded) == []
    assert due(RANKING, PLAN, at(MONDAY, 18), REAL_MS, recorded) == []


def test_what_runs_again_does_so_after_a_while_and_is_never_missed():
    job = replace(RANKING.job, days=(Day.EVERY_DAY,))
    again = Entry(job=job, again=timedelta(minutes=5), present=True)

    def found(now, again_at):
        record = Record(runs={MONDAY: ended(Outcome.NOTHING, again_at=again_at)}, since=MONDAY)
        return due(again, PLAN, now, REAL_MS, record)

    assert found(at(MONDAY, 19), REAL_MS + 1) == []
    assert found(at(MONDAY, 19), REAL_MS) == [(MONDAY, Due.RUN)]
    assert found(at(MONDAY, 21), REAL_MS) == []
    assert due(again, PLAN, at(MONDAY + 5 * DAY, 9), REAL_MS, Record(runs={}, since=MONDAY)) == []


def test_a_year_that_nobody_has_decided_yet_has_plain_weeks():
    friday = date(2060, 10, 1)

    assert not PLAN.workdays.knows(friday)
    assert due(RANKING, PLAN, at(friday, 18), REAL_MS, Record(runs={}, since=friday)) == [(friday, Due.RUN)]


class Machine:
    """A timetable that does what is due at once; counts what it did."""

    def __init__(self, entry, first):
        self.entry = entry
        self.runs = {}
        self.since = first
        self.did = Counter()
        self.today, self.recent = None, {}

    def looks(self, now):
        self._forget_what_is_old(now.date())
        for day, what in due(self.entry, PLAN, now, REAL_MS, Record(runs=self.recent, since=self.since)):
            self.did[day, what] += 1
            if what is Due.RUN:
                opens, closes = window(self.entry.job, day)
                assert opens <= now <= closes
            run = ended(Outcome.DONE) if what is Due.RUN else ended(Outcome.SKIPPED, tries=0)
            self.runs[day] = self.recent[day] = run

    def _forget_what_is_old(self, today):
        """What the database would not be asked for: once a day, or it costs more than what is tested."""
        if today != self.today:
            self.recent = {day: run for day, run in self.runs.items() if today - day <= 31 * DAY}
            self.today = today


def slots(entry, first, last):
    return {
        day
        for day in (first + n * DAY for n in range((last - first).days + 1))
        if runs_on(entry.job, day, PLAN)
    }


@pytest.mark.parametrize(
    "entry", [RANKING, BACKUP, Entry(job=JOBS["leader-summary"])], ids=lambda e: e.job.name
)
def test_over_a_year_every_slot_is_run_exactly_once(entry):
    first, last = date(2024, 1, 1), date(2024, 12, 31)
    machine = Machine(entry, first)
    for n in range(366):
        midnight = at(first + n * DAY, 0)
        # Every minute in which something may begin or end, and one every two hours.
        opens = datetime.combine(midnight.date(), entry.job.at, SHANGHAI)
        near = {opens + m * MINUTE for m in (-2, -1, 0, 1, 2, 30, 119, 120, 121)}
        for now in sorted(near | {midnight + 120 * m * MINUTE for m in range(12)}):
            if now.date() == midnight.date():
                machine.looks(now)

    assert machine.did == Counter({(day, Due.RUN): 1 for day in slots(entry, first, last)})


MINUTES = 60 * 24 * 45
MOMENTS = st.integers(0, MINUTES).map(lambda minutes: at(date(2024, 5, 6), 0) + minutes * MINUTE)


def rounds(first, last):
    """Every quarter of an hour while the ranking may run, and every three hours before and after."""
    for n in range((last - first).days + 1):
        midnight = at(first + n * DAY, 0)
        yield from (midnight + 180 * m * MINUTE for m in range(8))
        yield from (midnight + (17 * 60 + 45 + 15 * m) * MINUTE for m in range(11))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(MOMENTS, st.integers(1, 4_000)), max_size=6))
def test_wherever_the_machine_stands_still_a_slot_is_run_once_or_missed_once(outages):
    """`outages`: from when, and for how many minutes."""
    first, last = date(2024, 5, 6), date(2024, 6, 20)
    machine = Machine(RANKING, first)
    down = [(start, start + minutes * MINUTE) for start, minutes in outages]
    # The last minute before each outage and the first after it, besides the plain round of a day.
    around = {moment for start, end in down for moment in (start - MINUTE, end)}
    looks = {now for now in around if at(first, 0) <= now <= at(last + DAY, 0)} | set(rounds(first, last))
    up = [now for now in sorted(looks) if not any(start <= now < end for start, end in down)]
    for now in (*up, at(last + DAY, 0)):
        machine.looks(now)

    expected = Counter()
    for day in slots(RANKING, first, last):
        opens, closes = window(RANKING.job, day)
        expected[day, Due.RUN if any(opens <= one <= closes for one in up) else Due.MISSED] += 1
    assert machine.did == expected


@settings(max_examples=100, deadline=None)
@given(st.lists(MOMENTS, min_size=1, max_size=40))
def test_a_clock_that_jumps_back_and_forth_runs_nothing_twice_and_skips_nothing_in_silence(moments):
    first = date(2024, 5, 6)
    machine = Machine(RANKING, first)
    for now in moments:
        machine.looks(now)
        # Everything whose time is over is on record, as run or as missed.
        for day in slots(RANKING, max(first, now.date() - 31 * DAY), now.date()):
            assert now <= window(RANKING.job, day)[1] or day in machine.runs

    assert all(times == 1 for times in machine.did.values())
    for day, what in machine.did:
        assert what in {Due.RUN, Due.MISSED}
        assert machine.runs[day].outcome is (Outcome.DONE if machine.did[day, Due.RUN] else Outcome.SKIPPED)
