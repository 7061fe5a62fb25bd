"""A ranking as the table of a picture: the same figures as in its text."""

from bot.pictures.tables import Align, Cell, Column, Row, Section, Table, Tone
from bot.policy import ranking as rules
from bot.policy.ranking import BandBoard, Board, View
from messages.texts import ranking as texts
from messages.texts.unit_words import BANDS
from messages.texts.wording import as_of

_PLACES = (
    Column("名次", Align.RIGHT),
    Column(texts.SCHOOL),
    Column(texts.SHARE, Align.RIGHT),
    Column(texts.RATE, Align.RIGHT),
    Column(texts.COMPLETION, Align.RIGHT),
    Column(texts.MOVED, Align.CENTRE),
)
_PROGRESS = (Column(texts.SCHOOL), Column(texts.SHARE, Align.RIGHT))
_SMALL = (Column(texts.SCHOOL), Column("进展", Align.RIGHT))
_GAP = Row(("…", "", "", "", "", ""))


def county_table(head: texts.Head, board: Board) -> Table:
    sections = [section for band in board.bands for section in _sections(head, band, board.unit)]
    return Table(title=head.title, notes=_notes(head, board), sections=tuple(sections))


def school_table(head: texts.Head, board: Board, view: View) -> Table | None:
    """None where the view is nothing but the school's own line."""
    if not head.places or not view.rows:
        return None
    rows = [
        _GAP if row is None else _row(row, board.unit, places=True, own=row is view.own) for row in view.rows
    ]
    section = Section(texts.band_title(view.band), _PLACES, tuple(rows))
    return Table(title=head.title, notes=_notes(head, board), sections=(section,))


def _notes(head: texts.Head, board: Board) -> tuple[str, ...]:
    days = [line if isinstance(line, str) else line.plain for line in texts.countdown(head)]
    _, order = texts.legend(places=head.places)
    updated = as_of(head.online_as_of, head.taken_on).plain
    return (texts.total_line(head, board).plain, *days, order, updated)


def _sections(head: texts.Head, band: BandBoard, unit: int) -> list[Section]:
    title, found = texts.band_title(band), []
    if band.rows:
        rows = tuple(_row(row, unit, places=head.places) for row in band.rows)
        found.append(Section(title, _PLACES if head.places else _PROGRESS, rows))
    if band.small:
        rows = tuple(Row((row.name, texts.left_over(row))) for row in band.small)
        heading = f"{BANDS[band.band]}中不足 {head.smallest} 人的 {len(band.small)} 所，不排名次"
        found.append(Section(heading, _SMALL, rows))
    return found


def _row(row: rules.Row, unit: int, *, places: bool, own: bool = False) -> Row:
    share, rate, completion = texts.cells(row, unit)
    if not places:
        return Row((row.name, share))
    word = texts.moved(row)
    tone = {"↑": Tone.GOOD, "↓": Tone.BAD}.get(word[:1], Tone.QUIET)
    return Row((str(row.place), row.name, share, rate, completion, Cell(word, tone)), own=own)
