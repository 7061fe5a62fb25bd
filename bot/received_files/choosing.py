"""Which column is which, as it is kept with a file: JSON, read leniently, because a form has written it."""

import json
from collections.abc import Mapping

from bot.imports.kinds import Chosen


def dump_chosen(sheet: int, header_row: int, columns: Mapping[str, int]) -> str:
    return json.dumps([sheet, header_row, dict(columns)])


def load_chosen(kept: str) -> Chosen | None:
    """None where nothing was chosen."""
    if not kept:
        return None
    sheet, header_row, columns = json.loads(kept)
    return Chosen(sheet=sheet, header_row=header_row, columns=tuple(columns.items()))
