"""排名: of one day as it was posted, or as it is now."""

from collections.abc import Iterator

from bot.policy.plan import RankingMode
from bot.policy.ranking import Board
from bot.workbooks.commission import CannotMake, Commission
from bot.workbooks.cover import EXCLUDED, cover, live_data
from bot.workbooks.people import left_out
from bot.workbooks.sheet import Book, Column, Kind, Row, Share, Sheet
from handlers.ranking_views import live_board, live_head, posted_head
from messages.texts.ranking import COMPLETION, MOVED, RATE, SCHOOL, Head, legend, moved
from messages.texts.unit_words import BANDS
from messages.texts.wording import full_day, percent
from storage.rankings import Taken, of_day

_NAME = (Column("学段", width=8), Column("名次", Kind.NUMBER, 7), Column(SCHOOL, width=26))
_COUNTS = (Column("合格", Kind.NUMBER, 8), Column("在册", Kind.NUMBER, 8))
_PLACED = (
    *_NAME,
    *_COUNTS,
    Column(RATE, Kind.SHARE, 9),
    Column(COMPLETION, Kind.SHARE, 11),
    Column("上次名次", Kind.NUMBER, 9),
    Column(MOVED, width=8),
)
_UNPLACED = (_NAME[0], _NAME[2], *_COUNTS)


def ranking(wanted: Commission) -> Book:
    """Raises CannotMake where rankings are off, or for a day without one."""
    if wanted.plan.ranking_mode is RankingMode.OFF:
        raise CannotMake("本县现在不发排名，也不显示名次。")
    taken, head, board = _found(wanted)
    title = "学校排名" if head.places else "学校进度"
    sheet = Sheet(
        title, _PLACED if head.places else _UNPLACED, _placed(board) if head.places else _unplaced(board)
    )
    meaning, order = legend(places=head.places)
    return Book(
        title=title,
        cover=cover(
            wanted,
            title,
            data=[*live_data(head.online_as_of, head.taken_on), ("哪一天", head.title), *_total(board)],
            rules=lambda _plan: [
                ("每一行", meaning.removeprefix("每行：")),
                ("怎么排", order.removeprefix("怎么排：")),
            ],
            left_out=left_out(wanted) if taken is None else None,
            remarks=[
                *_not_kept(taken),
                ("规模小", f"在册不足 {head.smallest} 人的单位不排名次，名次一格空着。"),
            ],
            version=None if taken is None else taken.plan_version,
        ),
        sheets=(sheet,),
        main=sheet,
    )


def _found(wanted: Commission) -> tuple[Taken | None, Head, Board]:
    """None = as it is now."""
    day = wanted.order.day
    if day is None:
        return None, live_head(wanted), live_board(wanted)
    snapshot = of_day(wanted.connection, day, smallest=wanted.plan.ranking_smallest_unit)
    if snapshot is None:
        raise CannotMake(f"{full_day(day)}没有发过排名。")
    head = posted_head(wanted.plan, snapshot.taken, corrected=snapshot.corrected)
    return snapshot.taken, head, snapshot.board


def _not_kept(taken: Taken | None) -> list[tuple[str, str]]:
    """Today's lists would be wrong for another day."""
    if taken is None:
        return []
    return [
        (EXCLUDED, "当天暂缓、调出、退休、免训的人和不参与排名的单位；他们的名单没有随那天的排名存下来。")
    ]


def _total(board: Board) -> list[tuple[str, str]]:
    total = board.total
    if not total.active:
        return []
    mean = percent(total.completion, total.active * board.unit)
    return [
        (
            "合计",
            f"合格 {total.done}/{total.active}（{percent(total.done, total.active)}），{COMPLETION} {mean}。",
        )
    ]


def _placed(board: Board) -> Iterator[Row]:
    for row in board:
        yield (
            BANDS[row.band],
            row.place,
            row.name,
            row.done,
            row.active,
            Share(row.done, row.active),
            Share(row.completion, row.active * board.unit),
            row.before,
            moved(row),
        )


def _unplaced(board: Board) -> Iterator[Row]:
    for row in board:
        yield BANDS[row.band], row.name, row.done, row.active
