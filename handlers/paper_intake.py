"""What 简报, 总结 and 案例 share: the same again changes nothing, a new one takes the place of the old."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.policy.paper import PaperState, paper_due, same_document
from handlers.turn import Turn
from storage import papers
from storage.papers import Paper, Place


@dataclass(frozen=True, slots=True)
class Taken:
    """A paper that was taken in, and the numbers whose place it took."""

    number: int
    replaced: tuple[int, ...]


def same_before(current: Iterable[Paper], link: str) -> Paper | None:
    """What stands there already with this very document."""
    return next((one for one in current if same_document(link, one.link)), None)


def take_paper(  # noqa: PLR0913 - a paper has that many parts
    turn: Turn,
    place: Place,
    link: str,
    *,
    replaces: Iterable[Paper] = (),
    note: str = "",
    state: PaperState = PaperState.HANDED_IN,
) -> Taken:
    """The school or the author was held before `replaces` was read."""
    old = tuple(one.number for one in replaces)
    for number in old:
        papers.move(turn.connection, number, PaperState.REPLACED)
    number = papers.hand_in(
        turn.connection,
        place,
        state=state,
        link=link,
        note=note,
        late=is_late(turn, place),
        person_id=turn.person.person_id,
        at=turn.now_ms,
    )
    turn.record(
        "paper.handed_in",
        {
            "number": number,
            "kind": place.kind.value,
            "school": place.school_id,
            "group": place.group_id,
            "link": link,
            "replaced": list(old),
        },
        person_id=place.author_id,
    )
    return Taken(number, old)


def is_late(turn: Turn, place: Place) -> bool:
    due = paper_due(place.kind, turn.plan)
    return due is not None and turn.today > due
