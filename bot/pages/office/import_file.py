"""One uploaded spreadsheet: what it would change, what it still needs, and the decision about it."""

from dataclasses import replace
from typing import Any, Final

from bot.pages.office.imports import KINDS, STATES, wishes_of
from bot.pages.visit import XLSX, Denied, Download, NotThere, Outcome, Redirect, Shown, Unfit, Visit
from bot.received_files.choosing import dump_chosen
from messages.texts import import_page as texts
from storage import import_runs, page_files, received_files
from storage.page_files import Preview
from storage.received_files import OPEN, ReceivedFile, State
from storage.sealing import Sealing
from storage.second_person import others_of_office

MOST_REASON: Final = 200
_WORKING: Final = frozenset({State.WAITING, State.CONFIRMED})


def import_file(visit: Visit) -> Outcome:
    file, preview = _found(visit)
    working = file.state in _WORKING
    pieces = import_runs.pieces_left(visit.connection) if file.state is State.CONFIRMED else None
    if preview.findings.get("lists"):
        visit.record("file.viewed", {"file": file.file_id, "name": file.name})
    return Shown(
        "office/import_file.html",
        f"导入 {file.name}",
        {
            "file": file,
            "preview": preview,
            "found": preview.findings,
            "working": working,
            "pieces": pieces,
            "open": file.state in OPEN,
            "state": STATES[file.state],
            "kinds": KINDS,
            "mark": _mark(file),
            "waits_for": _waits_for(visit, file),
            "may_approve": _may_approve(visit, file),
        },
    )


def decide_on_file(visit: Visit) -> Outcome:
    """A form of the page above: `do` says which."""
    file, preview = _found(visit)
    here = f"/office/import/{file.file_id}"
    if visit.asked.form.get("mark", "") != _mark(file):
        return Redirect(here, texts.somebody_was_quicker(file.name))
    match visit.asked.form.get("do", ""):
        case "approve":
            return _approve(visit, file, here)
        case "decline":
            return _decline(visit, file)
        case "look":
            return _look(visit, file, preview, here)
    raise Unfit("没有看懂要做什么，什么都没有改。")


def file_workbook(visit: Visit) -> Outcome:
    """Everything in full."""
    file, _ = _found(visit)
    content = page_files.workbook_of(visit.connection, file.file_id, _sealing(visit))
    if content is None:
        raise NotThere
    visit.record("file.downloaded", {"file": file.file_id, "name": file.name})
    return Download(f"{file.name.rsplit('.', 1)[0]}.核对.xlsx", XLSX, content)


def _approve(visit: Visit, file: ReceivedFile, here: str) -> Outcome:
    if file.state is State.SHOWN and not _may_approve(visit, file):
        raise Denied(f"要由另一位项目办人员确认：{_waits_for(visit, file)}。你传的表，你自己不能确认。")
    if not received_files.confirm(visit.connection, file):
        return Redirect(here, texts.somebody_was_quicker(file.name))
    page_files.decided(visit.connection, file.file_id, by=visit.visitor.person_id, at=visit.real_ms)
    detail = {"file": file.file_id, "name": file.name, "kind": file.wishes.kind, "counts": file.counts}
    visit.record("file.confirmed", detail)
    return Redirect(here, texts.approved(file.name))


def _decline(visit: Visit, file: ReceivedFile) -> Outcome:
    reason = visit.asked.form.get("reason", "").strip()[:MOST_REASON]
    if not received_files.decline(visit.connection, file, at=visit.real_ms):
        return Redirect(f"/office/import/{file.file_id}", texts.somebody_was_quicker(file.name))
    page_files.decided(
        visit.connection, file.file_id, by=visit.visitor.person_id, at=visit.real_ms, reason=reason
    )
    visit.record("file.declined", {"file": file.file_id, "name": file.name, "reason": reason})
    return Redirect("/office/import", texts.declined(file.name))


def _look(visit: Visit, file: ReceivedFile, preview: Preview, here: str) -> Outcome:
    wishes = wishes_of(visit, file.wishes)
    if "columns" in visit.asked.form and wishes.kind == file.wishes.kind:
        wishes = replace(wishes, chosen=_chosen(visit, preview.findings.get("headers")))
    if not received_files.look_again(visit.connection, file, wishes):
        return Redirect(here, texts.somebody_was_quicker(file.name))
    return Redirect(here, texts.looked_at_again(file.name))


def _chosen(visit: Visit, headers: dict[str, Any] | None) -> str:
    """Of the columns that were shown; "" where the file's own headers are to be believed."""
    form = visit.asked.form
    if headers is None or "by_headers" in form:
        return ""
    known = {str(column["index"]) for column in headers["columns"]}
    columns = {}
    for key, title, _ in headers["fields"]:
        index = form.get(f"column-{key}", "")
        if index and index not in known:
            raise Unfit(f"“{title}”选的列不在这份表里。")
        if index:
            columns[key] = int(index)
    if columns == headers["used"]:
        return ""
    return dump_chosen(headers["sheet"], headers["row"], columns)


def _found(visit: Visit) -> tuple[ReceivedFile, Preview]:
    file_id = int(visit.asked.path["file"])
    file = received_files.find(visit.connection, file_id)
    preview = page_files.preview_of(visit.connection, file_id, _sealing(visit))
    if file is None or preview is None:
        raise NotThere
    return file, preview


def _mark(file: ReceivedFile) -> str:
    """Of what is shown: a form of another look, or of another state, decides nothing."""
    return f"{file.round}-{file.counts.get('lines', 0)}-{file.state.value}"


def _may_approve(visit: Visit, file: ReceivedFile) -> bool:
    alone = not visit.plan.pages.second_person
    return visit.is_office and (alone or visit.visitor.person_id != file.person_id)


def _waits_for(visit: Visit, file: ReceivedFile) -> str:
    """Who has to approve it, by name; "" where anybody of the office may."""
    if not visit.plan.pages.second_person:
        return ""
    others = others_of_office(visit.connection, file.person_id)
    return "、".join(one.name for one in others) or "还没有别的项目办人员，请先登记一位"


def _sealing(visit: Visit) -> Sealing:
    return Sealing(visit.ground.secret_key)
