"""Why somebody stands where they stand."""

from dataclasses import replace
from datetime import date

from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.explanation import (
    Part,
    Reason,
    Record,
    Snapshot,
    Source,
    Uncounted,
    explain,
)
from bot.policy.people import PersonState
from bot.policy.plan import Hours, PracticeSource
from bot.policy.practice import Entry
from bot.policy.standing import Facts

PLAN, CATALOGUE = load_plan(), load_catalogue()
IMPORTED_PLAN = replace(PLAN, practice=replace(PLAN.practice, source=PracticeSource.IMPORTED))
MAY_12, MAY_19 = date(2024, 5, 12), date(2024, 5, 19)


def entry(number, hours, reference, source=PracticeSource.CERTIFICATION, **more):
    return Entry(id=number, hours=Hours(hours), source=source, reference=reference, **more)


def record(*, snapshots=(), ledger=(), certified=(), online=None):
    return Record(
        facts=Facts(
            state=PersonState.ACTIVE,
            has_study_account=True,
            online=online,
            online_as_of=None,
            practice=Hours(sum(one.hours for one in ledger)),
            chosen=certified,
            certified=certified,
        ),
        snapshots=snapshots,
        ledger=ledger,
    )


def part(wanted, found):
    return next(one for one in found.parts if one.part is wanted)


def test_nothing_on_file_is_no_data_and_not_zero():
    found = explain(record(), PLAN, CATALOGUE)

    assert [(one.part, one.have, one.target, one.missing) for one in found.parts] == [
        (Part.ONLINE, None, 2500, 2500),
        (Part.PRACTICE, 0, 2500, 2500),
        (Part.TOGETHER, 0, 5000, 5000),
        (Part.POINTS, 0, 3, 3),
        (Part.DIMENSIONS, 0, 2, 2),
    ]
    assert not found.done
    assert found.document == "开教发[2024]1号"
    assert found.rule_version == PLAN.version


def test_surplus_older_snapshots_and_drops_are_named():
    snapshots = (
        Snapshot(1, MAY_12, Hours(1800), counts=True),
        Snapshot(2, MAY_19, Hours(2600), counts=True),
        Snapshot(3, date(2024, 5, 26), Hours(2000), counts=False),
    )
    found = part(Part.ONLINE, explain(record(snapshots=snapshots, online=2600), PLAN, CATALOGUE))

    assert (found.have, found.missing) == (2600, 0)
    assert found.counted == (Source(hours=Hours(2600), as_of=MAY_19),)
    assert found.uncounted == (
        Uncounted(Reason.SURPLUS, Source(hours=Hours(100), as_of=MAY_19)),
        Uncounted(Reason.DROP, Source(hours=Hours(2000), as_of=date(2024, 5, 26))),
        Uncounted(Reason.OLDER, Source(hours=Hours(1800), as_of=MAY_12)),
    )


def test_a_snapshot_that_was_taken_back_or_set_aside_is_no_drop():
    snapshots = (
        Snapshot(1, MAY_12, Hours(1800), counts=True),
        Snapshot(2, MAY_19, Hours(1800), counts=False, taken_back=True),
        Snapshot(3, date(2024, 5, 26), Hours(1800), counts=False),
    )
    found = part(Part.ONLINE, explain(record(snapshots=snapshots, online=1800), PLAN, CATALOGUE))

    assert found.have == 1800
    assert found.uncounted == (
        Uncounted(Reason.CORRECTED, Source(hours=Hours(1800), as_of=date(2024, 5, 26))),
        Uncounted(Reason.IMPORT_TAKEN_BACK, Source(hours=Hours(1800), as_of=MAY_19)),
    )


def test_of_one_day_the_snapshot_imported_last_counts():
    snapshots = (Snapshot(1, MAY_19, Hours(900), counts=True), Snapshot(2, MAY_19, Hours(800), counts=True))

    found = part(Part.ONLINE, explain(record(snapshots=snapshots, online=800), PLAN, CATALOGUE))

    assert found.have == 800
    assert found.uncounted == (Uncounted(Reason.OLDER, Source(hours=Hours(900), as_of=MAY_19)),)


def test_a_fourth_certified_point_brings_no_hours():
    ledger = (entry(1, 800, "A1", entered_at=5), entry(2, 800, "A5"), entry(3, 900, "B2"))

    found = part(
        Part.PRACTICE,
        explain(record(ledger=ledger, certified=("A1", "A5", "B2", "C4")), PLAN, CATALOGUE),
    )

    assert found.counted[0] == Source(reference="A1", hours=Hours(800), entered_at=5)
    assert [one.reference for one in found.counted] == ["A1", "A5", "B2"]
    assert found.uncounted == (Uncounted(Reason.NO_GRANT, Source(reference="C4", hours=Hours(0))),)


def test_a_reversed_row_is_named_once():
    ledger = (entry(1, 800, "A1"), entry(2, -800, "A1", reverses=1))

    found = part(Part.PRACTICE, explain(record(ledger=ledger), PLAN, CATALOGUE))

    assert found.counted == ()
    assert [(one.reason, one.source.reference) for one in found.uncounted] == [(Reason.REVERSED, "A1")]


def test_rows_of_files_are_set_aside_under_certification():
    source = PracticeSource.IMPORTED
    ledger = (
        entry(1, 1200, "row 1", source, note="教研活动", import_id=1),
        entry(2, -1200, "row 1", source, reverses=1),
    )

    found = part(Part.PRACTICE, explain(record(ledger=ledger), PLAN, CATALOGUE))

    assert found.uncounted == (
        Uncounted(
            Reason.SET_ASIDE,
            Source(reference="row 1", hours=Hours(1200), entered_at=0, note="教研活动"),
        ),
    )


def test_certified_points_bring_nothing_where_hours_are_imported():
    ledger = (entry(1, 2600, "row 1", PracticeSource.IMPORTED, import_id=1),)

    found = part(Part.PRACTICE, explain(record(ledger=ledger, certified=("A1",)), IMPORTED_PLAN, CATALOGUE))

    assert found.uncounted == (
        Uncounted(Reason.SURPLUS, Source(hours=Hours(100))),
        Uncounted(Reason.IMPORTED_SOURCE, Source(reference="A1", hours=Hours(0))),
    )


def test_points_of_one_dimension_count_once_for_dimensions():
    found = explain(record(certified=("A5", "A6", "B2", "D1")), PLAN, CATALOGUE)

    points, dimensions = part(Part.POINTS, found), part(Part.DIMENSIONS, found)
    assert (points.have, dimensions.have) == (3, 2)
    assert [one.reference for one in dimensions.counted] == ["A5", "B2"]
    assert points.uncounted == (Uncounted(Reason.UNKNOWN_POINT, Source(reference="D1")),)
    assert dimensions.uncounted == (
        Uncounted(Reason.SAME_DIMENSION, Source(reference="A6")),
        Uncounted(Reason.UNKNOWN_POINT, Source(reference="D1")),
    )


def test_every_certified_point_counts_or_says_why_it_does_not():
    """Whatever a rule leaves out is named: 为什么 must not keep silent about a certificate."""
    codes = tuple(point.code for point in CATALOGUE)
    points = part(Part.POINTS, explain(record(certified=(*codes, "D1")), PLAN, CATALOGUE))

    left_out = {one.source.reference: one.reason for one in points.uncounted}
    assert {one.reference for one in points.counted} | set(left_out) == {*codes, "D1"}
    assert [code for code, reason in left_out.items() if reason is Reason.UNKNOWN_POINT] == ["D1"]
