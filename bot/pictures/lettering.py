"""How wide words are, near enough and without a font: pages are set in whatever font a telephone has."""

from collections.abc import Callable

_WIDE = {"W": 0.97, "M": 0.97, "m": 1.0, "w": 0.9, "%": 1.0, "@": 1.05, "&": 0.8, " ": 0.3, "—": 1.0}
_NARROW = frozenset("iljI|.,:;'!()[]/ft-")
_LATIN, _CAPITAL, _THIN = 0.65, 0.8, 0.43
_LAST_LATIN = 0x2E7F  # before the first Chinese form
_OPENING, _CLOSING = frozenset("（《“"), frozenset("）》”，。、：；！？…%")
_COUNTED = frozenset("年月日人个所次名")
CUT = "…"

Width = Callable[[str], float]


def width(text: str, size: float) -> float:
    """An upper bound, in the unit of `size`: Chinese characters are squares."""
    return size * sum(map(_em, text))


def _em(character: str) -> float:
    if character in _WIDE:
        return _WIDE[character]
    if ord(character) > _LAST_LATIN:
        return 1.0
    if character in _NARROW:
        return _THIN
    return _CAPITAL if character.isupper() else _LATIN if character.isascii() else 1.0


def wrapped(text: str, size: float, room: float, *, most: int) -> tuple[str, ...]:
    """At most so many lines; what does not fit is cut, and marked as cut."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most:
        fits = _fitting(rest, size, room)
        lines.append(rest[:fits])
        rest = rest[fits:].lstrip(" ")
    if rest:
        last = lines[-1]
        while last and width(last + CUT, size) > room:
            last = last[:-1]
        lines[-1] = last + CUT
    return tuple(lines)


def _fitting(text: str, size: float, room: float) -> int:
    """How many characters stand on a line; one at least. Latin words and numbers stay whole where they can."""
    if width(text, size) <= room:
        return len(text)
    fits = 1
    while width(text[: fits + 1], size) <= room:
        fits += 1
    for at in range(fits, 0, -1):
        if _may_break(text[at - 1], text[at]):
            return at
    return fits


def _may_break(before: str, after: str) -> bool:
    """Chinese anywhere, but for brackets and stops; numbers stay with what they count."""
    if before in _OPENING or after in _CLOSING:
        return False
    if (before.isdigit() and after in _COUNTED) or (before == "月" and after.isdigit()):
        return False
    return not (before.isascii() and before.isalnum() and after.isascii() and after.isalnum())
