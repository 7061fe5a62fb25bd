"""Takes a backup in a process of its own.

Adding up every row is pure computing: in the bot's process whoever asks something meanwhile would wait for it.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sqlalchemy.exc import DBAPIError

from storage.backups import Backup, BackupFault, take
from storage.copying import Progress
from storage.database import Database
from storage.schema import SchemaFault

_NICE: Final = 10  # people come first
_UNFINISHED: Final = "备份做到一半停下了，请看看内存和磁盘够不够"
_AWAY: Final = "备份做到一半，数据库连不上了"


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the process is told; on its standard input, where nobody else sees the password in the address."""

    url: str = field(repr=False)
    target: Path
    at: int
    program: str


def take_apart(database: Database, target: Path, *, at: int, program: str, progress: Progress) -> Backup:
    """As `backups.take` with `force`. Raises BackupFault, also where the process dies or the database goes away."""
    wish = _Wish(database.url.render_as_string(hide_password=False), target, at, program)
    command = [sys.executable, "-m", __name__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:  # noqa: S603  ourselves
        assert process.stdin is not None, "a pipe was asked for"
        assert process.stdout is not None, "a pipe was asked for"
        with suppress(BrokenPipeError), process.stdin as told:
            pickle.dump(wish, told)
        while True:
            try:
                said = pickle.load(process.stdout)  # noqa: S301  written by `_main` below
            except (EOFError, pickle.UnpicklingError):
                raise BackupFault(_UNFINISHED) from None
            match said:
                case Backup():
                    return said
                case str():
                    raise BackupFault(said)
                case (int() as done, int() as total):
                    progress(done, total)


def _main() -> None:
    with suppress(AttributeError, OSError):  # not on Windows
        os.nice(_NICE)
    wish: _Wish = pickle.load(sys.stdin.buffer)  # noqa: S301  written by `take_apart` above
    # Once nobody reads any more this fails, and `take` clears away what it has begun.
    say = _saying(sys.stdout.buffer)
    database = Database(wish.url)
    try:
        say(
            take(
                database,
                wish.target,
                at=wish.at,
                program=wish.program,
                force=True,
                progress=lambda done, total: say((done, total)),
            )
        )
    except (BackupFault, SchemaFault) as fault:
        say(str(fault))
    except DBAPIError:
        say(_AWAY)
    finally:
        database.close()


def _saying(stream: Any) -> Callable[[Any], None]:
    def say(what: Any) -> None:
        pickle.dump(what, stream)
        stream.flush()

    return say


if __name__ == "__main__":
    with suppress(BrokenPipeError):
        _main()
