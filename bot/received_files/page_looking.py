"""One look at a file of a page: everything that the page shows of it, as plain values and as a workbook."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from bot.imports.columns import Table, find_table
from bot.imports.effect import Effect, SchoolEffect, effect_of
from bot.imports.files import SourceFile, read_content
from bot.imports.kinds import AsOfWanted, Chosen, ImportBusy, ImportRefused, Kind, Options
from bot.imports.mapping import chosen_table, fields_of, headers_of
from bot.imports.preview_workbook import preview_workbook
from bot.imports.report import Entry, Report, Skip
from bot.imports.running import Outcome, State, run_import
from bot.policy.plan import PracticeSource
from bot.received_files.choosing import load_chosen
from bot.received_files.looking import Desk, Seen, lines_of
from bot.received_files.recognising import foreign_headers, likely_kinds
from messages.outgoing import Answer
from messages.texts.unit_words import BANDS
from storage.received_files import ReceivedFile
from storage.received_files import State as Standing

Findings = dict[str, Any]
MOST: Final[Mapping[str, int]] = {
    **dict.fromkeys(("added", "changed"), 100),
    **dict.fromkeys(("suspicious", "unmatched", "faults", "absent"), 60),
}
"""Rows of each list that are shown; the workbook has all of them."""
MOST_SCHOOLS: Final = 100
# The command line's options by the words of the page.
_WORDS: Final = (
    (re.compile(r"，?或加 --skip-bad[^。]*"), "，或勾选“略过读不懂的行”"),
    (re.compile(r"加 --force[^。；]*"), "勾选“核对过，照样导入”"),
    (re.compile(r"加 --accept-drops"), "勾选“学时变少也接受”"),
    (re.compile(r"，?请加上 --as-of[^。]*"), "，请填“数据截至”"),
    (re.compile(r"用 --as-of 指定"), "填“数据截至”"),
    (re.compile(r"按 --as-of 的"), "按你填的"),
    (re.compile(r"[：（]?python -m bot import \S+ 文件）?"), ""),
    (re.compile(r"用 python -m bot person revoke 收回"), "请告诉维护的人收回"),
)
_COLUMNS_TOO: Final = "也可以在下面“哪一列是什么”里直接选。"


def on_page(sentence: str) -> str:
    """A sentence of an import, for somebody who has a form and no command line."""
    for pattern, words in _WORDS:
        sentence = pattern.sub(words, sentence)
    return sentence


def look_for_page(desk: Desk, file: ReceivedFile, content: bytes, now: datetime) -> Seen:
    """Raises ImportBusy."""
    try:
        source = read_content(file.name, content)
    except ImportRefused as refusal:
        return Seen(standing=Standing.REFUSED, said=Answer(), findings={"question": on_page(str(refusal))})
    kind = file.wishes.kind
    if not kind:
        imported = desk.plan.practice.source is PracticeSource.IMPORTED
        kinds = likely_kinds(source.sheets, practice_imported=imported)
        if len(kinds) != 1:
            return _asked({"wanted": "kind", "question": _which_kind(foreign_headers(source.sheets))})
        kind = kinds[0].value
    return _looked(desk, file, source, Kind(kind), now)


def _which_kind(foreign: str) -> str:
    """`foreign`: the headers of a table that has none of ours."""
    if not foreign:
        return "看不出这是哪一种表，请选一种。"
    return (
        f"这份表能打开，但不像学校、名册或学时的表（看到的是：{foreign}）。"
        "是不是选错了文件？没有选错的话，请选它是哪一种表。"
    )


def _asked(findings: Findings, kind: str = "") -> Seen:
    return Seen(standing=Standing.ASKED, said=Answer(), kind=kind, findings=findings)


def _looked(desk: Desk, file: ReceivedFile, source: SourceFile, kind: Kind, now: datetime) -> Seen:
    chosen = load_chosen(file.wishes.chosen)
    headers: Findings = {"headers": _headers(source, kind, chosen)}
    try:
        outcome = _dry_run(desk, file, source, kind, now, chosen)
    except AsOfWanted as wanted:
        question = f"{wanted.why}请填“数据截至”是哪一天，再看一遍。"
        return _asked({**headers, "wanted": "as_of", "question": question}, kind.value)
    except ImportBusy:
        raise
    except ImportRefused as refusal:
        said = on_page(str(refusal))
        if headers["headers"] and not headers["headers"]["used"]:
            said += _COLUMNS_TOO
        return _asked({**headers, "wanted": "columns", "question": said}, kind.value)
    effect = _effect(desk, kind, outcome)
    findings: Findings = headers | _findings(outcome.report) | {"effect": effect and _shown_effect(effect)}
    workbook = preview_workbook(outcome.report, effect, _table(source, kind, chosen))
    wanted_first = _open_question(outcome)
    if wanted_first:
        seen = _asked(findings | wanted_first, kind.value)
        return replace(seen, workbook=workbook)
    return Seen(
        standing=Standing.SHOWN,
        said=Answer(),
        kind=kind.value,
        counts=lines_of(outcome.report),
        findings=findings,
        workbook=workbook,
    )


def _open_question(outcome: Outcome) -> Findings:
    """Why there is nothing to approve; {} where there is."""
    match outcome.state:
        case State.REFUSED:
            count = len(outcome.report.faults)
            said = f"有 {count} 处读不懂，什么都没有导入。请改好再传，或勾选“略过读不懂的行”再看一遍。"
            return {"wanted": "rows", "question": said}
        case State.UNCHANGED:
            return {"wanted": "nothing", "question": _nothing_to_do(outcome.report)}
    return {}


def _nothing_to_do(report: Report) -> str:
    """Rows that could not be read or matched are not what the bot has already."""
    left_out = len(report.faults) + len(report.unmatched) + len(report.suspicious)
    if not report.unchanged and Skip.OLDER not in dict(report.skipped):
        return "这份表里没有能导入的数据，原因在下面。"
    if left_out:
        return f"没有变化：对得上的数据系统里都有了，另有 {left_out} 处没有算进去，原因在下面。"
    return "没有变化：里面的数据系统里都有了，不用导入。"


def _dry_run(  # noqa: PLR0913, PLR0917  whose, what, how
    desk: Desk, file: ReceivedFile, source: SourceFile, kind: Kind, now: datetime, chosen: Chosen | None
) -> Outcome:
    wishes = file.wishes
    options = Options(
        dry_run=True,
        as_of=wishes.as_of,
        skip_bad=wishes.skip_bad,
        accept_drops=wishes.accept_drops,
        force=wishes.force,
        chosen=chosen,
    )
    return run_import(desk.database, desk.plan, desk.catalogue, desk.secret_key, kind, source, options, now)


def _effect(desk: Desk, kind: Kind, outcome: Outcome) -> Effect | None:
    if outcome.work is None or outcome.state is not State.PREVIEWED:
        return None
    with desk.database.reading() as connection:
        return effect_of(
            connection, desk.plan, desk.catalogue, kind, outcome.work.changes, outcome.report.as_of
        )


def _table(source: SourceFile, kind: Kind, chosen: Chosen | None) -> Table:
    if chosen is not None:
        return chosen_table(source.sheets, kind, chosen)
    return find_table(source.sheets, kind)


def _headers(source: SourceFile, kind: Kind, chosen: Chosen | None) -> Findings | None:
    """The columns to choose from, and which of them are used now; none where the headers do not say it."""
    headers = headers_of(source.sheets, kind, chosen)
    if headers is None:
        return None
    try:
        used = _table(source, kind, chosen).columns
    except ImportRefused:
        used = {}
    return {
        "sheet": headers.sheet,
        "sheet_name": headers.name,
        "row": headers.row,
        "columns": [asdict(column) for column in headers.columns],
        "used": used,
        "fields": [[field.key, field.title, field.required] for field in fields_of(kind)],
    }


def _findings(report: Report) -> Findings:
    return {
        "sheet": report.sheet,
        "as_of": report.as_of.isoformat() if report.as_of else "",
        "counts": report.counts,
        "skipped": [[why.value, count] for why, count in report.skipped if why is not Skip.BLANK],
        "notes": [on_page(note) for note in report.notes],
        "drops": sum("--accept-drops" in one.cure for one in report.suspicious),
        "forced": sum("--force" in one.cure for one in report.suspicious),
        "lists": {
            "added": _entries(report.added, "added"),
            "changed": _entries(report.changed, "changed"),
            "suspicious": _entries(report.suspicious, "suspicious"),
            "unmatched": _entries(report.unmatched, "unmatched"),
            "absent": _entries(report.absent, "absent"),
        },
        "faults": [
            [fault.row, fault.column, fault.value, fault.reason, on_page(fault.cure)]
            for fault in report.faults[: MOST["faults"]]
        ],
    }


def _entries(entries: Sequence[Entry], name: str) -> list[list[Any]]:
    return [[one.row, one.who, one.text, on_page(one.cure)] for one in entries[: MOST[name]]]


def _shown_effect(effect: Effect) -> Findings:
    return {
        "before": list(effect.before),
        "after": list(effect.after),
        "unit": effect.unit,
        "newly_done": effect.newly_done,
        "newly_unranked": effect.newly_unranked,
        "no_longer_done": effect.no_longer_done,
        "places": effect.places,
        "touched": len(effect.schools),
        "moved": sum(one.moves for one in effect.schools),
        "schools": [_school(one) for one in effect.schools[:MOST_SCHOOLS]],
    }


def _school(one: SchoolEffect) -> Findings:
    return {
        "name": one.name,
        "band": BANDS[one.band],
        "before": list(one.before),
        "after": list(one.after),
        "places": [one.place_before, one.place_after],
    }
