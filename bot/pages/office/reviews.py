"""待审: what waits for whoever looks, narrowed and page by page, and decided one by one or several at once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.pages.acting import act
from bot.pages.office.review_filters import (
    MOST_SUGGESTED,
    PARTS,
    Filters,
    filters_of,
    reading_turn,
    sight_of,
)
from bot.pages.visit import Outcome, Redirect, Shown, Unfit, Visit
from handlers.approve import MOST_AT_ONCE
from handlers.queue import lines_of, looked_through, quota_lines
from handlers.reviewing import exactly
from handlers.turn import Turn
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts.evidence_words import REASONS, waited
from messages.texts.queue import Queued, notes
from messages.texts.wording import code_label
from storage.review import Part, Waiting, schools_of
from storage.review_pages import Sight, counted, following, piece
from storage.submissions import find

PER_PAGE: Final = 50
_NEXT_STEP: Final = "下一步"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One submission of the queue."""

    seen: str  # 编号 and version: what a form says was looked at
    number: int
    version: int
    label: str
    author: str
    school: str  # "" where there is only one
    waited: str
    whose: str  # "" where it is the visitor's own turn
    links: tuple[str, ...]
    notes: tuple[str, ...]
    held: bool


def reviews(visit: Visit) -> Outcome:
    turn = reading_turn(visit)
    sight = sight_of(turn)
    filters = filters_of(visit, turn, visit.asked.query)
    counts = counted(visit.connection, sight, filters.narrowed)
    total = counts[filters.narrowed.part]
    last = max(1, -(-total // PER_PAGE))
    page = min(_whole(visit.asked.query.get("page", "")) or 1, last)
    skip = (page - 1) * PER_PAGE
    # Nobody looks through the whole county for what is known to be none.
    found = piece(visit.connection, sight, filters.narrowed, skip=skip, most=PER_PAGE) if total else ()
    visit.record("list.viewed", looked_through(sight.desk, len(found)))
    quota_of = _schools_of_quota(turn, sight, filters)
    return Shown(
        "office/reviews.html",
        "待审",
        {
            "rows": _rows(turn, sight, found, filters),
            "filters": filters,
            "tabs": [(part, PARTS[part], counts[part]) for part in filters.parts],
            "suggested": filters.schools if len(filters.schools) <= MOST_SUGGESTED else (),
            "points": list(visit.catalogue),
            "total": total,
            "page": page,
            "ticked": "ticked" in visit.asked.query,
            "last": last,
            "quotas": [line.plain for line in quota_lines(turn, quota_of)],
            "reasons": REASONS,
        },
    )


def decide(visit: Visit) -> Outcome:
    """Item by item, by the handlers of 通过 and 退回; then the next one, or the list again."""
    items = _items(visit.asked.every.get("item", ()))
    said = _decided(visit, items)
    said = Answer(tuple(line for line in said.lines if not line.plain.startswith(_NEXT_STEP)))
    turn = reading_turn(visit)
    filters = filters_of(visit, turn, visit.asked.form)
    if "one" not in visit.asked.form:
        return Redirect(filters.address("/office/reviews"), said)
    return Redirect(_next_address(visit, turn, filters, items[0][0]), said)


def _decided(visit: Visit, items: Sequence[tuple[int, int]]) -> Answer:
    form, shortest = visit.asked.form, visit.plan.review.reason_characters
    match form.get("verdict"):
        case "pass" | "excellent" as grade:
            arguments = replace(
                exactly(items),
                grade="优秀" if grade == "excellent" else "",
                note=form.get("note", "").strip(),
            )
            return act(visit, Command.APPROVE, arguments)
        case "return":
            reason = form.get("reason", "").strip()
            if len(reason) < shortest and reason not in _reason_numbers():
                raise Unfit(f"退回要写明原因，至少 {shortest} 个字，没有退回。请返回上一页写上原因再点。")
            return act(visit, Command.SEND_BACK, replace(exactly(items), reason=reason))
        case _:
            raise Unfit("没有说怎么定，什么都没有改。请返回上一页，点“通过”“优秀”或“退回”。")


def _next_address(visit: Visit, turn: Turn, filters: Filters, number: int) -> str:
    """The same submission where it still waits, else the one behind it, else the list."""
    one = find(visit.connection, number)
    if one is not None and one.state.decided:
        behind = following(visit.connection, sight_of(turn), filters.narrowed, one)
        return filters.address("/office/reviews" if behind is None else f"/office/reviews/{behind}")
    return filters.address(f"/office/reviews/{number}")


def _items(given: Sequence[str]) -> list[tuple[int, int]]:
    """编号 and version of what was chosen, each once."""
    found: dict[int, int] = {}
    for one in given:
        number, _, version = one.partition(".")
        if not (_whole(number) and _whole(version)):
            raise Unfit("选中的材料读不出来，什么都没有改。请返回上一页，刷新后再选。")
        found.setdefault(int(number), int(version))
    if not found:
        raise Unfit("没有选中材料，什么都没有改。请返回上一页，在材料前面打勾，再点“通过”“优秀”或“退回”。")
    if len(found) > MOST_AT_ONCE:
        raise Unfit(f"一次最多定 {MOST_AT_ONCE} 份，什么都没有改。请返回上一页，分几次选。")
    return list(found.items())


def _whole(said: str) -> int:
    """A number as an address or a form has it; 0 for anything else."""
    return int(said) if said.isascii() and said.isdigit() and len(said) <= 9 else 0


def _reason_numbers() -> frozenset[str]:
    """The usual reasons may be said by their number, as in the chat."""
    return frozenset(str(number) for number in range(1, len(REASONS) + 1))


def _schools_of_quota(turn: Turn, sight: Sight, filters: Filters) -> tuple[int, ...]:
    """The office has hundreds: only the one that it looks at."""
    if filters.narrowed.school_id is not None:
        return (filters.narrowed.school_id,)
    return () if sight.desk.office else schools_of(turn.connection, sight.desk)


def _rows(turn: Turn, sight: Sight, found: Sequence[Waiting], filters: Filters) -> list[Row]:
    several = bool(filters.schools)
    lines = lines_of(turn, sight.desk, found, sight.waited_before, several=several)
    mine = filters.narrowed.part is Part.THEIRS
    return [_row(turn, one, lines[one.submission.number], mine=mine) for one in found]


def _row(turn: Turn, one: Waiting, line: Queued, *, mine: bool) -> Row:
    submission = one.submission
    return Row(
        seen=f"{submission.number}.{submission.version}",
        number=submission.number,
        version=submission.version,
        label=code_label(submission.code, turn.catalogue),
        author=submission.author_name,
        school=line.school,
        waited=waited(line.workdays),
        whose="" if mine or submission.held else line.whose,
        links=line.links,
        notes=notes(line, turn.catalogue),
        held=submission.held,
    )
