"""daily-ranking: every workday to every bound group, once a date and group, with the snapshot that it shows."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import structlog
from sqlalchemy import Connection

from bot.jobs.job import JobParts, Ran, Slot
from bot.jobs.ranking_picture import county_table, school_table
from bot.jobs.ranking_trend import week_trends
from bot.pictures.charts import Trend
from bot.pictures.fonts import MissingGlyph
from bot.pictures.png import png
from bot.pictures.scenes import Shows
from bot.pictures.tables import Table
from bot.policy import ranking as rules
from bot.policy.outgoing import TAKES_PICTURES, Kind
from bot.policy.plan import RankingMode
from bot.policy.ranking import Board
from bot.policy.standing import completion_unit
from bot.policy.timetable import Outcome
from handlers.ranking_views import posted_head, posted_view
from messages.outgoing import Answer
from messages.texts.ranking import Head
from messages.texts.ranking_stale import stale
from messages.texts.ranking_trend import trend as trend_words
from messages.texts.wording import full_day
from storage import rankings
from storage.alarms import alarm
from storage.chat_groups import ChatGroup, bound
from storage.fault_points import FaultPoint, reached
from storage.outbox import Post, post
from storage.rankings import Taken
from storage.snapshots import online_as_of

log = structlog.get_logger()

FIRST_VERSION = 1


@dataclass(frozen=True, slots=True)
class _Ready:
    """What is to be posted, and to whom."""

    groups: tuple[ChatGroup, ...]  # that have not got it yet
    head: Head
    board: Board
    taken: Taken | None  # None = the snapshot is on record already
    left_out: frozenset[int]  # schools that do not take part
    trends: Mapping[int | None, Trend]  # by school, None = the whole county; none but once a week


@dataclass(frozen=True, slots=True)
class _Pictures:
    """Ids of what was drawn, by school, None = the whole county."""

    tables: dict[int | None, int]
    trends: dict[int | None, int]


def daily_ranking(parts: JobParts, slot: Slot) -> Ran:
    """A second run for the day posts the same snapshot to the groups that have got nothing yet."""
    if parts.plan.ranking_mode is RankingMode.OFF:
        return Ran(outcome=Outcome.NOTHING, detail="排名是关着的（ranking.mode = off），没有发。")
    ready = _ready(parts, slot)
    if isinstance(ready, Ran):
        return ready
    pictures, undrawn = _pictures(parts, slot, ready)
    with parts.database.writing() as connection:
        mine = ready.taken is None or bool(rankings.keep(connection, ready.taken, FIRST_VERSION, ready.board))
        messages = post(connection, _posts(ready, pictures), at=slot.real_ms) if mine else 0
        reached(FaultPoint.RANKING_COMMITS)
    reached(FaultPoint.RANKING_COMMITTED)
    if not mine:  # another process has posted that day meanwhile: from its snapshot, then
        return daily_ranking(parts, slot)
    detail = (
        f"{full_day(slot.day)}的排名发给 {len(ready.groups)} 个群，等着发出的消息 {messages} 条。{undrawn}"
    )
    return Ran(outcome=Outcome.DONE, detail=detail, messages=messages)


def group_key(day: date, group_id: int) -> str:
    """Of the message with which a group gets the ranking of a day."""
    return f"{_prefix(day)}g{group_id}"


def groups_told(keys: Collection[str], day: date, groups: Sequence[ChatGroup]) -> tuple[ChatGroup, ...]:
    """Those whose message is among the keys."""
    return tuple(group for group in groups if group_key(day, group.id) in keys)


def posted_in(connection: Connection, day: date) -> frozenset[str]:
    """The keys of all that was posted as the ranking of a day."""
    return rankings.posted_keys(connection, _prefix(day))


def _prefix(day: date) -> str:
    return f"ranking/{day.isoformat()}/"


def _ready(parts: JobParts, slot: Slot) -> _Ready | Ran:
    with parts.database.reading() as connection:
        groups = bound(connection)
        told = groups_told(posted_in(connection, slot.day), slot.day, groups)
        left = tuple(group for group in groups if group not in told)
        if not left:
            done = f"{full_day(slot.day)}的排名各群都有了" if groups else "还没有绑定群"
            return Ran(outcome=Outcome.NOTHING, detail=f"{done}，没有发。")
        snapshot = rankings.of_day(connection, slot.day, smallest=parts.plan.ranking_smallest_unit)
        if snapshot is not None:
            head = posted_head(parts.plan, snapshot.taken, corrected=snapshot.corrected)
            trends = week_trends(connection, parts.plan.county, slot.day, snapshot.board, left)
            return _Ready(left, head, snapshot.board, None, rankings.left_out(connection), trends)
        as_of = online_as_of(connection)
        taken = Taken(
            day=slot.day,
            at=slot.real_ms,
            on=slot.now.date(),
            as_of=as_of,
            mode=parts.plan.ranking_mode,
            plan_version=parts.plan.version,
            last_import=rankings.last_import(connection),
            last_audit=rankings.last_audit(connection),
        )
        board = rules.board(
            rankings.counted(connection),
            completion_unit(parts.plan.requirement),
            places=taken.mode is RankingMode.RANKED,
            smallest=parts.plan.ranking_smallest_unit,
            before=rankings.places_before(connection, slot.day),
        )
        left_out = rankings.left_out(connection)
        trends = week_trends(connection, parts.plan.county, slot.day, board, left)
        # Asked last: an import that ended before is known as one that came after `taken`.
        if rankings.import_under_way(connection):
            return Ran(outcome=Outcome.FAILED, detail="正在导入数据，数字还不全，没有发；导入完了再发。")
    if as_of is None or (slot.day - as_of).days > parts.plan.ranking_stale_after_days:
        return _stale(parts, slot, as_of)
    if not board.bands:
        return Ran(outcome=Outcome.NOTHING, detail="没有可以排名的学校，没有发。")
    return _Ready(left, posted_head(parts.plan, taken), board, taken, left_out, trends)


def _stale(parts: JobParts, slot: Slot, as_of: date | None) -> Ran:
    said = stale(slot.day, as_of, parts.plan.ranking_stale_after_days)
    with parts.database.writing() as connection:
        alarm(connection, f"ranking-stale/{slot.day.isoformat()}", said, at=slot.real_ms)
        reached(FaultPoint.STALE_COMMITS)
    reached(FaultPoint.STALE_COMMITTED)
    return Ran(outcome=Outcome.NOTHING, detail=said.lines[0].plain)


def _posts(ready: _Ready, pictures: _Pictures) -> list[Post]:
    """For each group the words, and after them the same as a picture where its platform shows any; then the trend."""
    said = {
        group.school_id: posted_view(
            ready.head,
            ready.board,
            group.school_id,
            group.school_name,
            takes_part=group.school_id not in ready.left_out,
        )
        for group in ready.groups
    }
    posts = []
    for group in ready.groups:
        key, answer = group_key(ready.head.day, group.id), said[group.school_id]
        posts.append(Post(key=key, kind=Kind.RANKING, answer=answer, group_id=group.id))
        if group.way not in TAKES_PICTURES:
            continue
        if group.school_id in pictures.tables:
            posts.append(_picture(f"{key}/picture", group, answer, pictures.tables[group.school_id]))
        if group.school_id in pictures.trends:
            trend = ready.trends[group.school_id]
            words = trend_words(trend.title, trend.alt)
            posts.append(_picture(f"{key}/trend", group, words, pictures.trends[group.school_id]))
    return posts


def _picture(key: str, group: ChatGroup, words: Answer, picture_id: int) -> Post:
    return Post(key=key, kind=Kind.RANKING, answer=words, group_id=group.id, picture_id=picture_id)


def _pictures(parts: JobParts, slot: Slot, ready: _Ready) -> tuple[_Pictures, str]:
    """And what the operator has to know. Drawn outside every transaction."""
    drawn = _Pictures({}, {})
    for into, school_id, picture in _shown(ready, drawn):
        try:
            made = png(picture)
        except (MissingGlyph, ModuleNotFoundError, OSError) as error:
            log.exception("a ranking could not be drawn; its words go out all the same", school=school_id)
            return drawn, f"有图没有画成，文字照发（{type(error).__name__} {error}）。"
        with parts.database.writing() as connection:
            into[school_id] = rankings.keep_picture(connection, made, at=slot.real_ms)
            reached(FaultPoint.PICTURE_COMMITS)
        reached(FaultPoint.PICTURE_COMMITTED)
    return drawn, ""


def _shown(ready: _Ready, drawn: _Pictures) -> Iterator[tuple[dict[int | None, int], int | None, Shows]]:
    """Each picture once, with where its id belongs."""
    for school_id in dict.fromkeys(one.school_id for one in ready.groups if one.way in TAKES_PICTURES):
        table = _table(ready.head, ready.board, school_id)
        if table is not None:
            yield drawn.tables, school_id, table
    for school_id, trend in ready.trends.items():
        yield drawn.trends, school_id, trend


def _table(head: Head, board: Board, school_id: int | None) -> Table | None:
    """None where there is nothing that a picture would show better."""
    if school_id is None:
        return county_table(head, board)
    view = rules.school_view(board, school_id)
    return None if view is None else school_table(head, board, view)
