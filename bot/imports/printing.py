"""A report as people read it in a terminal, and as a program does."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from bot.imports.kinds import Kind
from bot.imports.report import Entry, Fault, Report
from bot.imports.running import Outcome

MOST_LINES = 20  # of one list; the rest is in the workbook


def report_text(report: Report) -> str:
    """Counts first, then what needs somebody's eye, then what would be written."""
    lines = [_head(report), *_counts(report)]
    lines += [f"注意：{note}" for note in report.notes]
    lists: tuple[tuple[str, Iterable[str]], ...] = (
        (f"读不懂（{len(report.faults)}）", map(fault_line, report.faults)),
        (f"可疑（{len(report.suspicious)}）", map(entry_line, report.suspicious)),
        (f"未匹配，没有导入（{len(report.unmatched)}）", map(entry_line, report.unmatched)),
        (f"更改（{len(report.changed)}）", map(entry_line, report.changed)),
        (f"新增（{len(report.added)}）", map(entry_line, report.added)),
        (f"{_absent_title(report)}（{len(report.absent)}）", map(entry_line, report.absent)),
    )
    for title, found in lists:
        lines += _limited(title, list(found))
    return "\n".join(lines)


def _head(report: Report) -> str:
    as_of = f"，数据截至 {report.as_of.isoformat()}" if report.as_of else ""
    return f"{report.kind.word}：{report.file_name}，工作表“{report.sheet}”，{report.rows} 行{as_of}"


def _counts(report: Report) -> list[str]:
    refreshed = f"（其中 {report.refreshed} 人的数据日期更新）" if report.refreshed else ""
    skipped = "、".join(f"{why.value} {count}" for why, count in report.skipped)
    rows = [
        ("新增", str(len(report.added))),
        ("更改", str(len(report.changed))),
        ("未变", f"{report.unchanged}{refreshed}"),
        ("未匹配", str(len(report.unmatched))),
        ("可疑", str(len(report.suspicious))),
        ("读不懂", str(len(report.faults))),
        (_absent_title(report), str(len(report.absent)) if report.absent else ""),
        ("略过", skipped),
    ]
    shown = [(word, found) for word, found in rows if found]
    width = max(_width(word) for word, _ in shown)
    return [f"  {word}{' ' * (width - _width(word))}  {found}" for word, found in shown]


def _absent_title(report: Report) -> str:
    return "不在新名单中" if report.kind is Kind.SCHOOLS else "不在新名册中"


def entry_line(entry: Entry) -> str:
    where = f"第 {entry.row} 行 " if entry.row is not None else ""
    text = f"：{entry.text}" if entry.text else ""
    cure = f"。{entry.cure}" if entry.cure else ""
    return f"{where}{entry.who}{text}{cure}"


def fault_line(fault: Fault) -> str:
    written = f" {fault.value}" if fault.value else ""
    return f"第 {fault.row} 行“{fault.column}”{written}：{fault.reason}。{fault.cure}"


def _limited(title: str, lines: Sequence[str]) -> list[str]:
    if not lines:
        return []
    more = [f"  还有 {len(lines) - MOST_LINES} 条"] if len(lines) > MOST_LINES else []
    return ["", title, *(f"  {line}" for line in lines[:MOST_LINES]), *more]


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def outcome_json(outcome: Outcome) -> str:
    """Everything, with complete lists."""
    report = outcome.report
    return json.dumps(
        {
            "state": outcome.state.value,
            "kind": report.kind.value,
            "file": report.file_name,
            "sheet": report.sheet,
            "as_of": report.as_of.isoformat() if report.as_of else None,
            "run": outcome.run_id,
            "counts": report.counts,
            "skipped": {why.name.lower(): count for why, count in report.skipped},
            "notes": list(report.notes),
            "faults": [{"sheet": report.sheet, **asdict(fault)} for fault in report.faults],
            "suspicious": [asdict(entry) for entry in report.suspicious],
            "unmatched": [asdict(entry) for entry in report.unmatched],
            "changed": [asdict(entry) for entry in report.changed],
            "added": [asdict(entry) for entry in report.added],
            "absent": [asdict(entry) for entry in report.absent],
            "problem_file": outcome.problem_file,
            "sentence": outcome.sentence,
        },
        ensure_ascii=False,
        indent=2,
    )
