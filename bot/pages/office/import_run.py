"""One import that was applied: its figures, and taking it back."""

from typing import Final

from bot.imports.reverting import Undoing, undoing_of
from bot.pages.office.imports import KINDS
from bot.pages.visit import NotThere, Outcome, Redirect, Shown, Unfit, Visit
from messages.texts import import_page as texts
from storage import import_reversals, imports_done
from storage.import_reversals import State
from storage.imports_done import Done

MOST_SHOWN: Final = 200
MOST_REASON: Final = 200
WORDS: Final = {
    "rows": "行",
    "added": "新增",
    "changed": "更改",
    "unchanged": "不变",
    "refreshed": "数据日期更新",
    "unmatched": "对不上人",
    "suspicious": "可疑",
    "absent": "系统里有、表里没有",
    "faults": "读不懂",
    "skipped": "略过",
    "left": "留着没动",
}


def import_run(visit: Visit) -> Outcome:
    done = _found(visit)
    reversal = import_reversals.of_import(visit.connection, done.import_id)
    undoing = None
    if visit.is_office and "revert" in visit.asked.query and _can_be_taken_back(done):
        undoing = undoing_of(visit.connection, done)
        visit.record("import.looked_at_reversal", {"import": done.import_id})
    return Shown(
        "office/import_run.html",
        f"导入 {done.file_name}",
        {
            "done": done,
            "kind": KINDS[done.kind],
            "counts": [(word, done.counts[key]) for key, word in WORDS.items() if done.counts.get(key)],
            "names": imports_done.names_of_actors(visit.connection, [done]),
            "reversal": reversal,
            "undoing": undoing,
            "most": MOST_SHOWN,
            "can": visit.is_office and _can_be_taken_back(done),
            "stale": State.STALE,
            "asked": State.ASKED,
        },
    )


def take_back_run(visit: Visit) -> Outcome:
    """Asks for it; the thread that applies files does it."""
    done = _found(visit)
    here = f"/office/import/runs/{done.import_id}"
    reason = visit.asked.form.get("reason", "").strip()
    if not reason:
        raise Unfit("请写明为什么要撤销，其他项目办人员会看到。")
    if not _can_be_taken_back(done):
        return Redirect(here, texts.somebody_was_quicker(done.file_name))
    undoing: Undoing = undoing_of(visit.connection, done)
    if undoing.mark != visit.asked.form.get("mark", "") or not undoing.changes:
        return Redirect(f"{here}?revert=1", texts.reversal_has_changed(done.file_name))
    asked = import_reversals.ask(
        visit.connection,
        done.import_id,
        by=visit.visitor.person_id,
        at=visit.real_ms,
        reason=reason[:MOST_REASON],
        mark=undoing.mark,
    )
    if not asked:
        return Redirect(here, texts.somebody_was_quicker(done.file_name))
    visit.record("import.take_back", {"import": done.import_id, "file": done.file_name, "reason": reason})
    return Redirect(here, texts.asked_to_take_back(done.file_name))


def _can_be_taken_back(done: Done) -> bool:
    """A reversal itself is not: to have it otherwise the file is imported again."""
    return done.reversal_state in {None, State.STALE.value} and done.reverts is None


def _found(visit: Visit) -> Done:
    done = imports_done.find(visit.connection, int(visit.asked.path["run"]))
    if done is None:
        raise NotThere
    return done
