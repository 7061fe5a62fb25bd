"""Makes the demonstration county: its files, and from them its database, through the ordinary import."""

import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from bot.clock import SHANGHAI
from bot.demo.county import people
from bot.demo.folder import DATABASE, FILES, furnish, settings_of
from bot.demo.progress import spread
from bot.demo.workbooks import write_files
from bot.imports.kinds import Kind, Options
from bot.imports.running import State, run_import
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.settings import Settings
from storage.database import Database
from storage.schema import migrate

# Everything in the county happened before this moment, whatever the clock of the rehearsal says.
_MADE_AT = datetime(2024, 5, 20, 8, tzinfo=SHANGHAI)


def prepare(folder: Path, operator: Settings) -> None:
    """Makes `folder` whole or not at all; one that appears meanwhile stays as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=folder.parent))
    try:
        furnish(unfinished)
        _fill(unfinished, operator)
        try:
            unfinished.rename(folder)
        except OSError:
            # Another process was quicker, and its county is the same one.
            if not folder.exists():
                raise
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _fill(folder: Path, operator: Settings) -> None:
    settings = settings_of(folder, operator)
    secret_key = None if settings.secret_key is None else settings.secret_key.get_secret_value()
    plan, catalogue = load_plan(settings.plan), load_catalogue()
    files = write_files(folder / FILES, people())
    database = Database(f"sqlite:///{folder / DATABASE}")
    try:
        migrate(database)
        for kind, path in zip((Kind.SCHOOLS, Kind.ROSTER, Kind.ONLINE_HOURS), files, strict=True):
            outcome = run_import(
                database, plan, catalogue, secret_key, kind, path, Options(yes=True), _MADE_AT
            )
            assert outcome.state is State.APPLIED, outcome.sentence
        spread(database, plan, catalogue, _MADE_AT)
    finally:
        database.close()
