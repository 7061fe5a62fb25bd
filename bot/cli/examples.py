"""Lines for the terminal that one can copy and that work here."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.cli.context import Context


def chat_examples(context: "Context", *, demo: bool) -> list[str]:
    """Lines to copy: a teacher, a leader, somebody of the office, as far as there are any."""
    from bot.imports.words import ROLE_WORDS
    from bot.policy.people import Role
    from storage.roster_lookup import somebody

    command = f"{_this_python()} -m bot chat{' --demo' if demo else ''}"
    lines = []
    with context.database.reading() as connection:
        for role in (Role.TEACHER, Role.LEADER, Role.OFFICE):
            entry = somebody(connection, role)
            if entry is not None:
                lines.append(
                    f"  {command} --as {entry.staff_no}    {ROLE_WORDS[role]} {entry.name}，{entry.school_name}"
                )
    return lines


def _this_python() -> str:
    """As one would type it here: a virtual environment in the working directory is rarely on the PATH."""
    # Not resolved: in a virtual environment the interpreter is a link to the system's.
    here = Path(sys.executable)
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else "python"
