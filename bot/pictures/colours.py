"""The colours of pictures: to be told apart by everybody, and on paper; no meaning hangs on one alone.

Blue, vermilion, bluish green and orange are of Okabe and Ito's palette (2008), darkened where a shape on white
needs a contrast of 3 : 1 and a text one of 4.5 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).
"""

from collections.abc import Iterable

WHITE, INK, QUIET, RULE = "#ffffff", "#1b2430", "#56616f", "#cbd5e1"
TRACK = "#76828f"  # the edge of what is not full yet
BLUE, VERMILION, GREEN = "#0072b2", "#c25500", "#007a5a"
BLUE_PALE, GREEN_PALE, GROUND = "#e6f1f8", "#dff3ec", "#f4f7fb"
SERIES = (BLUE, VERMILION, GREEN)

_STEPS = 4  # between a colour and white, for the edges of letters and lines
_MOST = 256
_NEAR_WHITE = 224
_KNEE, _GAMMA = 0.04045, 2.4  # sRGB (IEC 61966-2-1)
_WEIGHTS = (0.2126, 0.7152, 0.0722)


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue: "#0072b2" → (0, 114, 178)."""
    red, green, blue = bytes.fromhex(colour.removeprefix("#"))
    return red, green, blue


def linear(colour: str) -> tuple[float, ...]:
    """Light, not sRGB: each channel from 0 to 1."""
    return tuple(_linear(channel / 255) for channel in channels(colour))


def contrast(first: str, second: str) -> float:
    """From 1 to 21 (WCAG 2.2, "contrast ratio")."""
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    return sum(weight * light for weight, light in zip(_WEIGHTS, linear(colour), strict=True))


def palette(colours: Iterable[str]) -> tuple[str, ...]:
    """The colours and steps from each to white, in a fixed order; at most 256."""
    wanted = set(colours) | {WHITE, INK}
    steps = {_mixed(colour, step) for colour in wanted for step in range(1, _STEPS)}
    # Pillow takes a colour for its neighbour where they are very near: white has to stay white.
    apart = {step for step in steps if min(channels(step)) < _NEAR_WHITE}
    return tuple(sorted(wanted | apart))[:_MOST]


def _mixed(colour: str, step: int) -> str:
    mixed = (channel + (255 - channel) * step // _STEPS for channel in channels(colour))
    return "#" + bytes(mixed).hex()


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _KNEE else float(((channel + 0.055) / 1.055) ** _GAMMA)
