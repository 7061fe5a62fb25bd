"""Which school somebody means: by its name, by a part of it, or by what they have nearly written."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

MOST = 3
_SIMILAR = 0.5


@dataclass(frozen=True, slots=True)
class Meant:
    """`school_id` where there is no doubt; else `candidates` by full name: those that it may be."""

    school_id: int | None
    candidates: tuple[str, ...] = ()
    ambiguous: bool = False  # each candidate is called so; else they are only similar


def named(written: str, names: Mapping[int, tuple[str, ...]]) -> tuple[int, ...]:
    """Which schools may be meant: the one of exactly this name, else all whose name has what was written.

    `names`: by school the full and the short name.
    """
    wanted = _plain(written)
    plain = {school_id: tuple(map(_plain, filter(None, either))) for school_id, either in names.items()}
    exact = tuple(school_id for school_id, either in plain.items() if wanted in either)
    if exact or not wanted:
        return exact
    return tuple(school_id for school_id, either in plain.items() if any(wanted in name for name in either))


def meant(written: str, names: Mapping[int, tuple[str, ...]]) -> Meant:
    """`names`: by school the full and the short name."""
    found = named(written, names)
    if len(found) == 1:
        return Meant(found[0])
    if found:
        return Meant(None, tuple(names[school_id][0] for school_id in found[:MOST]), ambiguous=True)
    full = {name: either[0] for either in names.values() for name in either if name}
    near = get_close_matches(written.strip(), full, n=MOST, cutoff=_SIMILAR)
    return Meant(None, tuple(dict.fromkeys(full[name] for name in near)))


def _plain(name: str) -> str:
    return "".join(char for char in name if char.isalnum()).lower()
