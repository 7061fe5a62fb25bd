"""Regular expressions that are compiled when somebody asks them.

There are hundreds, some of them large: compiled at once they took a fifth of every command's start, and most commands
read nothing. Who answers people compiles them before (`getting_ready`).
"""

import re
from typing import Any, cast


def expression(text: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, at the first use; a mistake in `text` is raised then. No match's `re` is this object."""
    return cast("re.Pattern[str]", _Later(text, flags))


class _Later:
    def __init__(self, text: str, flags: int) -> None:
        self._text, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        """Asked once for each method: from then on it is found here."""
        found = getattr(re.compile(self._text, self._flags), name)
        setattr(self, name, found)
        return found
