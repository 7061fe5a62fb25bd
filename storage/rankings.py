"""Rankings: schools counted in one statement, the ones that were posted, and what has changed behind them since."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import groupby

from sqlalchemy import BigInteger, Connection, Integer, Row, Select, cast, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot.policy import ranking as rules
from bot.policy.people import SchoolKind
from bot.policy.plan import RankingMode
from bot.policy.ranking import BandBoard, Board, Counted
from bot.policy.school import Band, band_of
from storage.bulk import insert_rows
from storage.delivery_tables import outbox, picture, ranking_row, ranking_snapshot
from storage.prepared import Prepared
from storage.tables import audit, import_run, school, standing

_COUNTED = (
    select(
        standing.c.school_id,
        func.count().label("active"),
        func.sum(cast(standing.c.done, Integer)).label("done"),
        func.sum(standing.c.completion).label("completion"),
    )
    .where(standing.c.active)
    .group_by(standing.c.school_id)
    .subquery("counted")
)
# Sums are NUMERIC on PostgreSQL, which would come as Decimal.
_UNITS = Prepared(
    select(
        school.c.id,
        school.c.name,
        school.c.kind,
        _COUNTED.c.active,
        cast(_COUNTED.c.done, Integer),
        cast(_COUNTED.c.completion, BigInteger),
    )
    .join_from(_COUNTED, school, school.c.id == _COUNTED.c.school_id)
    .where(school.c.ranked)
)
_BANDS = {kind.value: band_of(kind) for kind in SchoolKind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """When and from what a ranking was made."""

    day: date  # that it is of
    at: int  # epoch milliseconds of the real clock
    on: date  # by the programme's clock
    as_of: date | None  # 数据截至: the county's newest online data
    mode: RankingMode
    plan_version: str
    last_import: int
    last_audit: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A ranking as it was posted; from version 2 on as it was corrected the same day."""

    snapshot_id: int
    version: int
    taken: Taken
    board: Board

    @property
    def corrected(self) -> bool:
        return self.version > 1


def counted(connection: Connection) -> list[Counted]:
    """Every unit that takes part and has somebody active, in no order."""
    bands = _BANDS
    return [
        Counted(school_id, name, bands[kind], active, done, completion)
        for school_id, name, kind, active, done, completion in _UNITS.all(connection)
    ]


def left_out(connection: Connection) -> frozenset[int]:
    """Units that do not take part (参与排名 = 否)."""
    return frozenset(connection.scalars(select(school.c.id).where(school.c.ranked.is_(False))))


def completions_of_the_missing(connection: Connection, school_id: int) -> tuple[int, ...]:
    """Of the school's active people who are not done."""
    return tuple(
        connection.scalars(
            select(standing.c.completion).where(
                standing.c.active, standing.c.school_id == school_id, standing.c.done.is_(False)
            )
        )
    )


def last_import(connection: Connection) -> int:
    """The id of the newest one that was applied; 0 before the first."""
    return connection.scalar(select(func.max(import_run.c.id)).where(import_run.c.state == "applied")) or 0


def import_under_way(connection: Connection) -> bool:
    """Figures are half old and half new."""
    applying = select(import_run.c.id).where(import_run.c.state == "applying").limit(1)
    return connection.scalar(applying) is not None


def last_audit(connection: Connection) -> int:
    return connection.scalar(select(func.max(audit.c.id))) or 0


def keep(connection: Connection, taken: Taken, version: int, board: Board) -> Snapshot | None:
    """None when that version of that day is there already: somebody else was quicker."""
    upsert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    snapshot_id = connection.scalar(
        upsert(ranking_snapshot)
        .values(
            day=taken.day,
            version=version,
            taken_at=taken.at,
            taken_on=taken.on,
            last_import=taken.last_import,
            last_audit=taken.last_audit,
            as_of=taken.as_of,
            mode=taken.mode.value,
            plan_version=taken.plan_version,
            completion_unit=board.unit,
        )
        .on_conflict_do_nothing(index_elements=["day", "version"])
        .returning(ranking_snapshot.c.id)
    )
    if snapshot_id is None:
        return None
    rows = [
        {
            "snapshot_id": snapshot_id,
            "school_id": row.school_id,
            "position": position,
            "school_name": row.name,
            "band": row.band.value,
            "active": row.active,
            "done": row.done,
            "completion": row.completion,
            "place": row.place,
            "before": row.before,
        }
        for position, row in enumerate(board)
    ]
    insert_rows(connection, ranking_row, rows)
    return Snapshot(snapshot_id, version, taken, board)


def of_day(
    connection: Connection, day: date, *, smallest: int, version: int | None = None
) -> Snapshot | None:
    """The newest version, unless another is asked for. `smallest`: of the plan, for those without places."""
    wanted = select(ranking_snapshot).where(ranking_snapshot.c.day == day)
    if version is not None:
        wanted = wanted.where(ranking_snapshot.c.version == version)
    return _snapshot(connection, wanted, smallest)


def places_before(connection: Connection, day: date | None = None) -> dict[tuple[int, Band], int]:
    """In the last ranking with places that was posted before this day, or in the last of all."""
    wanted = select(ranking_snapshot).where(ranking_snapshot.c.mode == RankingMode.RANKED.value)
    if day is not None:
        wanted = wanted.where(ranking_snapshot.c.day < day)
    head = connection.execute(_newest(wanted)).fetchone()
    if head is None:
        return {}
    rows = connection.execute(
        select(ranking_row.c.school_id, ranking_row.c.band, ranking_row.c.place).where(
            ranking_row.c.snapshot_id == head.id, ranking_row.c.place.is_not(None)
        )
    )
    bands = {band.value: band for band in Band}
    return {(school_id, bands[band]): place for school_id, band, place in rows}


def posted_days_near(connection: Connection, day: date) -> tuple[date, ...]:
    """The last one before and the first one after it, where there are any."""
    columns = ranking_snapshot.c
    before = connection.scalar(select(func.max(columns.day)).where(columns.day < day))
    after = connection.scalar(select(func.min(columns.day)).where(columns.day > day))
    return tuple(found for found in (before, after) if found is not None)


def posted_at(connection: Connection, day: date) -> int | None:
    """When the ranking of that day was posted; epoch milliseconds of the real clock."""
    at: int | None = connection.scalar(
        select(func.min(ranking_snapshot.c.taken_at)).where(ranking_snapshot.c.day == day)
    )
    return at


def posted_keys(connection: Connection, prefix: str) -> frozenset[str]:
    """Of the messages that were ever put into the outbox."""
    return frozenset(
        connection.scalars(select(outbox.c.key).where(outbox.c.key.startswith(prefix, autoescape=True)))
    )


def keep_picture(connection: Connection, png: bytes, *, at: int) -> int:
    """Its id; the same bytes are kept once."""
    digest = sha256(png).hexdigest()
    known = select(picture.c.id).where(picture.c.digest == digest)
    # As though it was made now: what nobody refers to goes after some days (storage.retention).
    again = update(picture).where(picture.c.digest == digest).values(made_at=at).returning(picture.c.id)
    found = connection.scalar(again)
    if found is not None:
        return int(found)
    upsert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    connection.execute(upsert(picture).values(digest=digest, png=png, made_at=at).on_conflict_do_nothing())
    return int(connection.execute(known).scalar_one())


def _newest(wanted: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return wanted.order_by(ranking_snapshot.c.day.desc(), ranking_snapshot.c.version.desc()).limit(1)


def _snapshot(connection: Connection, wanted: Select[tuple[object, ...]], smallest: int) -> Snapshot | None:
    head = connection.execute(_newest(wanted)).fetchone()
    if head is None:
        return None
    rows = connection.execute(
        select(ranking_row).where(ranking_row.c.snapshot_id == head.id).order_by(ranking_row.c.position)
    ).all()
    mode = RankingMode(head.mode)
    bands = tuple(
        _band(Band(band), here, mode, smallest) for band, here in groupby(rows, key=lambda row: row.band)
    )
    return Snapshot(
        head.id,
        head.version,
        Taken(
            day=head.day,
            at=head.taken_at,
            on=head.taken_on,
            as_of=head.as_of,
            mode=mode,
            plan_version=head.plan_version,
            last_import=head.last_import,
            last_audit=head.last_audit,
        ),
        Board(bands, head.completion_unit),
    )


def _band(band: Band, rows: Iterable[Row[tuple[object, ...]]], mode: RankingMode, smallest: int) -> BandBoard:
    shown = [
        rules.Row(
            row.school_id, row.school_name, band, row.active, row.done, row.completion, row.place, row.before
        )
        for row in rows
    ]
    ranked = mode is RankingMode.RANKED

    def large(row: rules.Row) -> bool:
        return row.place is not None if ranked else row.active >= smallest

    return BandBoard(
        band, tuple(row for row in shown if large(row)), tuple(row for row in shown if not large(row))
    )
