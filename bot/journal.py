"""Messages that had to be acknowledged before the database could take them: one small file each, on disk.

A platform repeats a message only as long as nobody has said "received". So before the bot says it on behalf
of a slow database, the message lies here, and is taken in after a crash as if it had just arrived.
"""

import dataclasses
import json
import os
import tempfile
from pathlib import Path

import structlog

from messages.incoming import IncomingMessage, Kind, Platform
from storage.inbox import inbox_key

log = structlog.get_logger()


class Journal:
    """A folder of waiting messages."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, message: IncomingMessage) -> None:
        """Returns when the message would survive a power cut. Raises OSError when it cannot."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(message)
        # A name of its own: the same message may come twice at the same moment.
        number, temporary = tempfile.mkstemp(suffix=".part", dir=self._folder)
        with os.fdopen(number, "w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(dataclasses.asdict(message), file)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).rename(path)
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def drop(self, message: IncomingMessage) -> None:
        self._path(message).unlink(missing_ok=True)

    def waiting(self) -> list[IncomingMessage]:
        """What was kept and never dropped, oldest first."""
        paths = sorted(self._folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        found = (self._read(path) for path in paths)
        return [message for message in found if message is not None]

    def _read(self, path: Path) -> IncomingMessage | None:
        """A file that cannot be read is set aside: one of them must not keep all others from being heard."""
        try:
            return _message(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, TypeError, KeyError, AttributeError):
            log.warning("a kept message cannot be read and was set aside", file=path.name)
            path.rename(path.with_suffix(".unreadable"))
            return None

    def _path(self, message: IncomingMessage) -> Path:
        return self._folder / f"{inbox_key(message).replace(':', '-')}.json"


_FIELDS = frozenset(field.name for field in dataclasses.fields(IncomingMessage))


def _message(stored: dict[str, object]) -> IncomingMessage:
    """Also what another version has written; raises where something essential is missing."""
    fields = {name: value for name, value in stored.items() if name in _FIELDS}
    fields |= {"platform": Platform(str(stored["platform"])), "kind": Kind(str(stored["kind"]))}
    return IncomingMessage(**fields)  # type: ignore[arg-type]  # written by `keep` from the same class
