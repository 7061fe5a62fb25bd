"""Messages that had to be acknowledged before the database could take them: one small file each, on disk.

A platform repeats a message only as long as nobody has said "received". So before the bot says it on behalf
of a slow database, the message lies here, and is taken in after a crash as if it had just arrived.

Several processes may share the folder. Whoever keeps a file touches it every few seconds (`touch`); one that nobody
has touched between several looks (`left_behind`) belongs to a process that is gone, and whoever sees it takes it in.
What two of them take in is one message all the same: the inbox knows it by its key.
"""

import dataclasses
import json
import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import structlog
from sqlalchemy.engine import URL

from messages.incoming import Door, IncomingMessage, Kind, Platform
from storage.fault_points import FaultPoint, reached
from storage.inbox import inbox_key

log = structlog.get_logger()

LOOKS_UNTOUCHED = 3
_A_SECOND_NS = 1_000_000_000  # some file systems know nothing smaller


def journal_folder(url: URL) -> Path:
    """Where messages wait for this database."""
    if url.get_backend_name() == "sqlite":
        return Path(f"{url.database}-waiting")
    return Path("var") / f"{url.database}-waiting"


class Journal:
    """A folder of waiting messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own: set[Path] = set()  # what this process is at
        self._seen: dict[Path, tuple[int, int]] = {}  # others' files: when touched, and looks since

    def keep(self, message: IncomingMessage) -> None:
        """Returns when the message would survive a power cut. Raises OSError when it cannot."""
        reached(FaultPoint.KEEPING)
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(message)
        # A name of its own: the same message may come twice at the same moment.
        number, temporary = tempfile.mkstemp(suffix=".part", dir=self._folder)
        with os.fdopen(number, "w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(dataclasses.asdict(message), file)
            file.flush()
            os.fsync(file.fileno())
        reached(FaultPoint.KEPT_UNNAMED)
        Path(temporary).replace(path)
        self._own.add(path)
        _keep_names(self._folder)
        reached(FaultPoint.KEPT)

    def drop(self, message: IncomingMessage) -> None:
        reached(FaultPoint.DROPPING)
        self._path(message).unlink(missing_ok=True)
        self._own.discard(self._path(message))
        reached(FaultPoint.DROPPED)

    def waiting(self) -> list[IncomingMessage]:
        """What was kept and never dropped, oldest first; it is this process's from now on."""
        return self._taken(_lying(self._folder))

    def touch(self) -> None:
        """Shows others that somebody is at what this process keeps.

        The time of the last access is counted up; that of the last change says in which order they came.
        """
        for path in tuple(self._own):
            with suppress(OSError):  # whose file is not touched is taken for gone: heard twice is heard once
                found = path.stat()
                os.utime(path, ns=(found.st_atime_ns + _A_SECOND_NS, found.st_mtime_ns))

    def left_behind(self) -> list[IncomingMessage]:
        """What nobody has touched for `LOOKS_UNTOUCHED` calls, oldest first; it is this process's from now on.

        Counted in calls, so that neither a clock that is set nor the clock of a file server decides.
        """
        found = [one for one in _lying(self._folder) if one.path not in self._own]
        before, self._seen = self._seen, {}
        for one in found:
            touched, looks = before.get(one.path, (one.touched, 0))
            self._seen[one.path] = (one.touched, looks + 1 if one.touched == touched else 1)
        return self._taken(one for one in found if self._seen[one.path][1] > LOOKS_UNTOUCHED)

    def _taken(self, found: Iterable["_Lying"]) -> list[IncomingMessage]:
        messages = []
        for _, path, _ in sorted(found):
            message = self._read(path)
            if message is not None:
                self._own.add(path)
                messages.append(message)
        self.touch()
        return messages

    def _read(self, path: Path) -> IncomingMessage | None:
        """A file that cannot be read is set aside: one of them must not keep all others from being heard."""
        try:
            return _message(json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            return None  # another process has just done it
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("a kept message cannot be read and was set aside", file=path.name)
            with suppress(FileNotFoundError):
                path.replace(path.with_suffix(".unreadable"))
            return None

    def _path(self, message: IncomingMessage) -> Path:
        return self._folder / f"{inbox_key(message).replace(':', '-')}.json"


class _Lying(NamedTuple):
    """A file, by the order in which they came; `touched` is whatever `Journal.touch` has made of it."""

    kept_ns: int
    path: Path
    touched: int


def _lying(folder: Path) -> list[_Lying]:
    """Without those that are dropped at this moment."""
    found = []
    for path in folder.glob("*.json"):
        with suppress(FileNotFoundError):
            stat = path.stat()
            found.append(_Lying(stat.st_mtime_ns, path, stat.st_atime_ns))
    return found


def _keep_names(folder: Path) -> None:
    """Makes what was renamed in it survive a power cut."""
    only_folders = getattr(os, "O_DIRECTORY", None)
    if only_folders is None:  # Windows opens no folder; NTFS has a log of names
        return
    opened = os.open(folder, only_folders)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


_FIELDS = frozenset(field.name for field in dataclasses.fields(IncomingMessage))


def _message(stored: dict[str, object]) -> IncomingMessage:
    """Also what another version has written; raises where something essential is missing."""
    fields = {name: value for name, value in stored.items() if name in _FIELDS}
    fields |= {"platform": Platform(str(stored["platform"])), "kind": Kind(str(stored["kind"]))}
    fields["door"] = Door(str(stored.get("door", Door.CALLBACK.value)))
    return IncomingMessage(**fields)  # type: ignore[arg-type]  # written by `keep` from the same class
