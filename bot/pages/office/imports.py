"""导入: spreadsheets are uploaded here, and every import that was ever applied is listed."""

import re
from datetime import date
from typing import Final

from bot.imports.kinds import Kind
from bot.pages.office.sought import number
from bot.pages.visit import Outcome, Redirect, Shown, Unfit, Visit
from messages.texts.received_file import ENDINGS
from storage import imports_done, page_files
from storage.received_files import State, Wishes
from storage.sealing import Sealing

PER_PAGE: Final = 30
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")  # also what turns text round
_UNNAMED: Final = "表格.xlsx"
KINDS: Final = {kind.value: kind.word for kind in Kind}
STATES: Final = {
    State.WAITING: "正在看",
    State.ASKED: "等你补充",
    State.SHOWN: "等确认",
    State.CONFIRMED: "正在导入",
    State.IMPORTED: "已导入",
    State.UNCHANGED: "没有变化",
    State.REFUSED: "不能导入",
    State.LOST: "没有导成",
    State.EXPIRED: "过期，已删除",
    State.DECLINED: "不导入",
}


def imports(visit: Visit) -> Outcome:
    before = number(visit.asked.query.get("before", ""))
    done = imports_done.newest(visit.connection, most=PER_PAGE + 1, before=before)
    files = page_files.newest(visit.connection, most=20, open_only=True)
    return Shown(
        "office/import.html",
        "导入",
        {
            "files": files,
            "done": done[:PER_PAGE],
            "next": done[PER_PAGE - 1].import_id if len(done) > PER_PAGE else None,
            "names": imports_done.names_of_actors(visit.connection, done),
            "kinds": KINDS,
            "states": STATES,
        },
    )


def upload(visit: Visit) -> Outcome:
    """Keeps the file; the thread that looks at files of chats looks at it as well."""
    file = visit.asked.file
    if file is None or not file.content.strip():
        raise Unfit("没有收到文件，或者文件是空的。请选一个 .xlsx、.xls 或 .csv 文件。")
    name = plain_name(file.name)
    if not name.lower().endswith(ENDINGS):
        raise Unfit(
            f"《{name}》不是能导入的表格。请选 .xlsx、.xls 或 .csv 文件；图片和 PDF 里的表，请先转成 Excel。"
        )
    if not visit.ground.secret_key:
        raise Unfit("服务器没有设 BOT_SECRET_KEY，文件没有地方安全地放。请告诉维护机器人的人。")
    file_id = page_files.take(
        visit.connection,
        key=visit.trace,
        person_id=visit.visitor.person_id,
        name=name,
        content=file.content,
        wishes=wishes_of(visit, Wishes()),
        sealing=Sealing(visit.ground.secret_key),
        at=visit.real_ms,
    )
    visit.record("file.received", {"file": file_id, "name": name})
    return Redirect(f"/office/import/{file_id}")


def plain_name(sent: str) -> str:
    """What a file is called, without any folder: never a path, and nothing that reads otherwise than it is."""
    last = _CONTROL.sub("", sent).replace("\\", "/").rsplit("/", 1)[-1].strip(" .")
    return last or _UNNAMED


def wishes_of(visit: Visit, before: Wishes) -> Wishes:
    """What the form says. Raises Unfit for what no form of ours sends."""
    form = visit.asked.form
    kind = form.get("kind", "")
    if kind and kind not in KINDS:
        raise Unfit("没有这种表。")
    written = form.get("as_of", "").strip()
    try:
        as_of = date.fromisoformat(written) if written else None
    except ValueError:
        raise Unfit("“数据截至”要写成 2024-05-20 这样的日期。") from None
    return Wishes(
        kind=kind or before.kind,
        as_of=as_of,
        skip_bad="skip_bad" in form,
        accept_drops="accept_drops" in form,
        force="force" in form,
        chosen=before.chosen if not kind or kind == before.kind else "",
    )
