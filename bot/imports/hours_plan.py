"""Hours of a file compared with what is stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from bot.imports.hours_rows import OnlineRow, PracticeRow
from bot.imports.kinds import ADDED, Options
from bot.imports.report import Draft, Entry, Skip
from bot.policy.plan import Hours
from storage.imported_practice import LiveEntry
from storage.snapshots import Latest

Change = dict[str, Any]
MOST_REFERENCE = 120
# So many times what is required in the whole programme: a column of minutes or of marks, rather than hours.
_MANY_TIMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a file of online hours is compared with; by person."""

    counting: Mapping[int, Latest]
    set_aside: Mapping[int, Latest]  # drops that were seen before and that nobody accepted
    required: Hours  # in the whole programme


def plan_online(
    rows: Iterable[OnlineRow], stored: Stored, as_of: date, options: Options, draft: Draft
) -> list[Change]:
    """Snapshots to add: {id, hours, verdict, counts, audit}; with no audit only the as-of is newer."""
    changes: list[Change] = []
    for row in rows:
        before = stored.counting.get(row.person.person_id)
        if before is not None and before.as_of > as_of:
            draft.skip(Skip.OLDER)
        elif row.hours > _MANY_TIMES * stored.required and not options.force:
            text = f"{hours_words(row.hours)}，多得不像学时，没有导入"
            cure = "请核对是不是分钟或成绩；确是学时，加 --force"
            draft.suspicious.append(Entry(row.number, row.who, text, cure))
        elif before is None:
            draft.added.append(Entry(row.number, row.who, hours_words(row.hours)))
            changes.append(_snapshot(row, None))
        elif row.hours == before.hours:
            draft.unchanged += 1
            if as_of > before.as_of or row.verdict != before.verdict:
                draft.refreshed += as_of > before.as_of
                changes.append({**_snapshot(row, before), "audit": None})
        elif row.hours < before.hours and not options.accept_drops:
            text = f"{_both(before.hours, row.hours)}，学时变少，保留原来的"
            cure = "请与平台核对；确实变少，加 --accept-drops"
            draft.suspicious.append(Entry(row.number, row.who, text, cure))
            if stored.set_aside.get(row.person.person_id) != Latest(as_of, row.hours, row.verdict):
                changes.append(_set_aside(row, before))
        else:
            draft.changed.append(Entry(row.number, row.who, _both(before.hours, row.hours)))
            changes.append(_snapshot(row, before))
    return changes


def _snapshot(row: OnlineRow, before: Latest | None) -> Change:
    return {
        "id": row.person.person_id,
        "hours": row.hours,
        "verdict": row.verdict,
        "counts": True,
        # A first snapshot says itself from which import it came.
        "audit": {"hours": [before.hours, row.hours]} if before else ADDED,
    }


def _set_aside(row: OnlineRow, before: Latest) -> Change:
    change = _snapshot(row, before)
    return {**change, "counts": False, "audit": {**change["audit"], "set_aside": True}}


def _both(before: Hours, after: Hours) -> str:
    return f"{hours_words(before)} → {hours_words(after)}"


def plan_practice(
    rows: Iterable[PracticeRow], live: Mapping[tuple[int, str], LiveEntry], draft: Draft
) -> list[Change]:
    """Entries to add: {id, reference, hours, note, reverses, reversed_hours, audit}; what a file leaves out stays."""
    changes: list[Change] = []
    for row in rows:
        reference = reference_of(row)
        stored = live.get((row.person.person_id, reference))
        before = stored.hours if stored else 0
        if row.hours == before:
            draft.unchanged += 1
            continue
        what = f"{row.point} {row.basis}".strip()
        suffix = f"（{what}）" if what else ""
        if stored is None:
            draft.added.append(Entry(row.number, row.who, hours_words(row.hours) + suffix))
        else:
            draft.changed.append(Entry(row.number, row.who, _both(stored.hours, row.hours) + suffix))
        changes.append(
            {
                "id": row.person.person_id,
                "reference": reference,
                "hours": row.hours,
                "note": row.basis,
                "reverses": stored.entry_id if stored else None,
                "reversed_hours": before,
                "audit": {"reference": reference, "hours": [before, row.hours]},
            }
        )
    return changes


def reference_of(row: PracticeRow) -> str:
    """The natural key of a row within its person: the point and the basis, however it is spaced."""
    whole = f"{row.point} {''.join(row.basis.split())}".strip() or "（未写依据）"
    if len(whole) <= MOST_REFERENCE:
        return whole
    return f"{whole[: MOST_REFERENCE - 17]}#{sha256(whole.encode()).hexdigest()[:16]}"


def hours_words(hours: Hours) -> str:
    """18.5 学时: without trailing zeros."""
    whole, hundredths = divmod(hours, 100)
    decimals = f".{hundredths:02d}".rstrip("0") if hundredths else ""
    return f"{whole}{decimals} 学时"
