"""Every night: a verified backup into a folder, and the older ones thinned out once it is good."""

from datetime import datetime
from pathlib import Path

from bot.backup_report import made
from bot.clock import SHANGHAI
from bot.jobs.job import JobParts, Ran, Slot
from bot.jobs.running import LEASE_MS
from bot.policy.backups import not_kept
from bot.policy.timetable import Outcome
from bot.version import program_version
from storage import backups, job_runs
from storage.backup_process import take_apart
from storage.backups import BackupFault

_PROLONG_EVERY_MS = LEASE_MS // 5


def backup(parts: JobParts, slot: Slot) -> Ran:
    """Each run makes one more; what a run that was cut off has left is cleared away."""
    folder = Path(parts.plan.backup.folder)
    target = folder / backups.name_at(slot.real_ms)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        backups.sweep(folder)
        done = take_apart(
            parts.database,
            target,
            at=slot.real_ms,
            program=program_version(),
            progress=_Holding(parts, slot).go_on,
        )
    except OSError as error:
        why = f"文件夹 {folder} 用不了（{error.strerror}），请检查权限和磁盘空间。"
        return Ran(outcome=Outcome.FAILED, detail=why)
    except BackupFault as fault:
        return Ran(outcome=Outcome.FAILED, detail=f"{fault}。")
    return Ran(outcome=Outcome.DONE, detail=made(done, target) + _thinned(parts, slot, folder))


def _thinned(parts: JobParts, slot: Slot, folder: Path) -> str:
    """What is to be said of it."""
    kept = {one.taken: one.path for one in backups.kept_in(folder)}
    today = datetime.fromtimestamp(slot.real_ms / 1000, SHANGHAI).date()
    old = [kept[taken] for taken in not_kept(list(kept), parts.plan.backup, today)]
    try:
        for path in old:
            path.unlink()
    except OSError as error:
        return f"旧的没有删掉（{error.strerror}），请检查文件夹的权限。"
    return f"删掉旧的 {len(old)} 份。" if old else ""


class _Holding:
    """Keeps the right to run while a large database is read: the lease is meant for short jobs."""

    def __init__(self, parts: JobParts, slot: Slot) -> None:
        self._parts, self._slot = parts, slot
        self._next = slot.real_ms + _PROLONG_EVERY_MS

    def go_on(self, _done: int, _total: int) -> None:
        now = self._parts.clock.real_ms()
        if now < self._next:
            return
        self._next = now + _PROLONG_EVERY_MS
        with self._parts.database.writing() as connection:
            job_runs.prolong(connection, self._slot.job, self._slot.day, at=now, until=now + LEASE_MS)
