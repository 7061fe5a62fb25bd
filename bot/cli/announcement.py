"""`announcement`: what the office has said to many, and what has become of each copy — list, show."""

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from bot.clock import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.policy.copies import Tally, Target
    from storage.announcements import Announcement

announcement = typer.Typer(no_args_is_help=True)

ACTOR: Final = "operator"
_MOST: Final = 200
_HEADERS: Final = ("收的人或群", "人员编号", "学校", "结果", "原因", "怎样发的", "时间", "回“收到”", "撤回")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")

AsJson = Annotated[bool, typer.Option("--json", help="一行一个 JSON 对象，给程序读。")]


@announcement.command("list", help=f"列出公告和各发到多少：最新的在前，最多 {_MOST} 条。")
def list_(as_json: AsJson = False) -> None:
    from bot.cli.context import open_context
    from storage.announcements import find_announcement
    from storage.deliveries import newest, tally

    with open_context() as context, context.database.reading() as connection:
        found = [
            (one, tally(connection, number))
            for number in newest(connection, most=_MOST)
            if (one := find_announcement(connection, number)) is not None
        ]
    if not found and not as_json:
        print("还没有公告。")
    for one, counts in found:
        print(json.dumps(_record(one, counts), ensure_ascii=False) if as_json else _line(one, counts))


@announcement.command("show", help="一条公告发给了谁、结果和原因、谁回了“收到”。")
def show(
    number: Annotated[
        int, typer.Argument(metavar="N", min=1, max=2**63 - 1, help="公告的编号，见 announcement list。")
    ],
    as_json: AsJson = False,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="写成表格，Excel 和 WPS 能直接打开。", show_default=False),
    ] = None,
) -> None:
    from bot.cli.context import open_context
    from bot.cli.faults import OperatorFault
    from storage import audit
    from storage.announcements import find_announcement
    from storage.deliveries import every_target, tally

    if as_json and csv is not None:
        raise typer.BadParameter("不能和 --csv 一起用，请只写一个", param_hint="--json")
    with open_context() as context:
        with context.database.writing() as connection:
            one = find_announcement(connection, number)
            if one is None:
                raise OperatorFault(f"没有编号 {number} 的公告；用 announcement list 查看")
            audit.record(
                connection,
                at=context.clock.real_ms(),
                actor=ACTOR,
                action="announcement.listed",
                person_id=None,
                detail={"number": number, "file": csv is not None},
            )
        # Apart: whoever reads page by page must not keep the bot from writing.
        with context.database.reading() as connection:
            counts = tally(connection, number)
            found = every_target(connection, number)
            if csv is not None:
                _write(csv, found)
            else:
                _print(one, counts, found, as_json=as_json)
    if csv is not None:
        print(f"写好了：{csv}（{sum((*counts.people.values(), *counts.groups.values()))} 行）。")


def _print(one: "Announcement", counts: "Tally", found: "Iterable[Target]", *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_record(one, counts) | {"body": one.body}, ensure_ascii=False))
        for target in found:
            print(json.dumps(_target_record(target), ensure_ascii=False))
        return
    print(_line(one, counts))
    for target in found:
        print(_target_line(target))


def _write(path: Path, found: "Iterable[Target]") -> None:
    """UTF-8 with BOM, so that Excel takes it for what it is."""
    import csv

    from bot.cli.faults import OperatorFault

    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADERS)
            writer.writerows(tuple(map(harmless, _cells(target))) for target in found)
    except OSError as error:
        raise OperatorFault(f"写不了 {path}：没有权限、没有这个文件夹，或文件正打开着") from error


def harmless(cell: str) -> str:
    """As a spreadsheet shows it: never a formula, and what is all digits stays as it is written."""
    if cell.startswith(_FORMULA):
        return f"'{cell}"
    return f"\t{cell}" if cell.isdecimal() else cell


def _cells(target: "Target") -> "Iterator[str]":
    from messages.texts.copy_reasons import recall_words, way

    yield target.name
    yield target.staff_no
    yield target.school
    yield _fate(target)
    yield _reason(target)
    yield way(target.outlet)
    yield "" if target.done_at is None else f"{_moment(target.done_at):%Y-%m-%d %H:%M}"
    yield "是" if target.answered else ""
    yield recall_words(target)


def _line(one: "Announcement", counts: "Tally") -> str:
    body = " ".join(one.body.split())
    at = _moment(one.confirmed_at)
    corrects = f"，更正 {one.corrects}" if one.corrects is not None else ""
    shown = body if len(body) <= 40 else f"{body[:39]}…"
    return f"{one.number}  {at:%Y-%m-%d %H:%M}，{_state(one)}{corrects}，{_counts(counts)}：{shown}"


def _counts(counts: "Tally") -> str:
    from bot.policy.copies import Fate

    parts = []
    for kind, measure in ((counts.groups, "个群"), (counts.people, "人")):
        if kind:
            parts.append(f"{sum(kind.values())} {measure}里 {kind.get(Fate.SENT, 0)} 已送达")
    lost = counts.of(Fate.FAILED, Fate.UNCERTAIN)
    return "，".join([*parts, *([f"{lost} 失败或不确定"] if lost else [])]) or "没有发给谁"


def _target_line(target: "Target") -> str:
    from messages.texts.copy_reasons import recall_words

    school = f"（{target.school}）" if target.school and not target.is_group else ""
    reason = _reason(target)
    remarks = [*([reason] if reason else []), *(["回了“收到”"] if target.answered else [])]
    words = recall_words(target)
    remarks += [words] if words else []
    return f"  {target.name}{school}  {_fate(target)}" + (f"：{'；'.join(remarks)}" if remarks else "")


def _fate(target: "Target") -> str:
    from bot.policy.copies import Fate

    return {
        Fate.SENT: "已送达",
        Fate.UNCERTAIN: "不确定",
        Fate.FAILED: "失败",
        Fate.WITHDRAWN: "没发出就撤下",
        Fate.SENDING: "正在发",
        Fate.UNBOUND: "没绑定账号",
        Fate.BUDGET: "等明天早上",
        Fate.AGAIN: "会再试",
        Fate.QUEUED: "在排队",
    }[target.fate]


def _reason(target: "Target") -> str:
    from bot.policy.copies import Fate
    from messages.texts.copy_reasons import because

    return because(target) if target.fate in (Fate.FAILED, Fate.UNCERTAIN) else ""


def _state(one: "Announcement") -> str:
    from bot.policy.announcement import AnnouncementState

    return {
        AnnouncementState.WAITING: "等第二个人确认",
        AnnouncementState.SCHEDULED: "等到时间",
        AnnouncementState.POSTED: "已发",
        AnnouncementState.CANCELLED: "已取消",
        AnnouncementState.EXPIRED: "已作废",
        AnnouncementState.RECALLED: "已撤回",
    }[one.state]


def _record(one: "Announcement", counts: "Tally") -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state.value,
        "audience": one.audience,
        "corrects": one.corrects,
        "wants_receipt": one.wants_receipt,
        "confirmed_at": _moment(one.confirmed_at).isoformat(),
        "people": {fate.value: count for fate, count in sorted(counts.people.items())},
        "groups": {fate.value: count for fate, count in sorted(counts.groups.items())},
    }


def _target_record(target: "Target") -> dict[str, Any]:
    from messages.texts.copy_reasons import recall_words

    return {
        "key": target.key,
        "name": target.name,
        "staff_no": target.staff_no or None,
        "school": target.school or None,
        "group": target.is_group,
        "fate": target.fate.value,
        "reason": target.reason,
        "why": _reason(target),
        "outlet": target.outlet,
        "done_at": None if target.done_at is None else _moment(target.done_at).isoformat(),
        "receipt": target.answered,
        "recall": recall_words(target),
    }


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at / 1000, SHANGHAI)
