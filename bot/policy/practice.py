"""The ledger of practice hours: what has to be added so that it says what the rule says (rules, section 2)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.policy.plan import Hours, PracticeRule, PracticeSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A row of the ledger as it stands there for good."""

    id: int
    hours: Hours  # negative in a reversal
    source: PracticeSource
    reference: str  # the point's code, or the natural key of a file's row
    note: str = ""
    reverses: int | None = None
    import_id: int | None = None
    entered_at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """A row to add; rows are never changed."""

    hours: Hours
    source: PracticeSource
    reference: str
    note: str = ""
    reverses: int | None = None
    import_id: int | None = None


def granted(certified: Sequence[str], rule: PracticeRule) -> tuple[tuple[str, Hours], ...]:
    """What each certified point brings, in order of certification; nothing where hours are imported."""
    if rule.source is PracticeSource.IMPORTED:
        return ()
    return tuple((code, hours) for code, hours in zip(certified, rule.grants, strict=False) if hours)


def derive(certified: Sequence[str], entries: Iterable[Entry], rule: PracticeRule) -> tuple[NewEntry, ...]:
    """The rows to add, reversals first; none where the ledger is right already.

    `certified`: codes in order of certification. `entries`: the person's whole ledger, in order of id.
    """
    ledger = tuple(entries)
    reversed_ids = {entry.reverses for entry in ledger if entry.reverses is not None}
    live = [entry for entry in ledger if entry.reverses is None and entry.id not in reversed_ids]
    due = Counter(granted(certified, rule))
    reversals = []
    for entry in live:
        if _stays(entry, due, rule):
            continue
        reversals.append(_reversal(entry))
    grants = [
        NewEntry(hours=hours, source=PracticeSource.CERTIFICATION, reference=code)
        for code, hours in due.elements()
    ]
    restored = _set_aside(ledger) if rule.source is PracticeSource.IMPORTED else ()
    return (*reversals, *grants, *map(_again, restored))


def _stays(entry: Entry, due: Counter[tuple[str, Hours]], rule: PracticeRule) -> bool:
    """Whether a row still says what is due; takes it off what is still to be added."""
    if entry.source is PracticeSource.IMPORTED:
        return rule.source is PracticeSource.IMPORTED
    key = (entry.reference, entry.hours)
    if not due[key]:
        return False
    due[key] -= 1
    return True


def _reversal(entry: Entry) -> NewEntry:
    return NewEntry(
        hours=Hours(-entry.hours), source=entry.source, reference=entry.reference, reverses=entry.id
    )


def _again(entry: Entry) -> NewEntry:
    return NewEntry(
        hours=entry.hours,
        source=entry.source,
        reference=entry.reference,
        note=entry.note,
        import_id=entry.import_id,
    )


def _set_aside(ledger: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Imported rows that were reversed when certification became the source, and not entered again since.

    A reversal that an import made carries the import's number: such a row is gone for good. While rows
    are set aside no file is taken in, so an equal row after the reversal is the same row entered again.
    """
    by_id = {entry.id: entry for entry in ledger}
    aside: list[Entry] = []
    for entry in ledger:
        if entry.source is not PracticeSource.IMPORTED:
            continue
        if entry.reverses is None:
            same = [old for old in aside if (old.reference, old.hours) == (entry.reference, entry.hours)]
            if same:
                aside.remove(same[0])
        elif entry.import_id is None:
            aside.append(by_id[entry.reverses])
    return tuple(aside)
