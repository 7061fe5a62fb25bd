"""The sheet that charts are laid out on, from the top down: title, what stands in it, note."""

from bot.pictures.colours import INK, QUIET, WHITE
from bot.pictures.lettering import wrapped
from bot.pictures.scene import Box, Scene, Shape, Words

WIDTH = 640  # a telephone shows a page's picture at half of that, and a letter of 24 at 12
MARGIN = 24
INNER = WIDTH - 2 * MARGIN
TITLE, TEXT, NOTE = 28, 24, 21
PNG_WIDTH = 1080
_LEADING = 1.4


class Paper:
    """`top`: where the next thing stands."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.top: float = MARGIN - 6
        self._shapes: list[Shape] = []
        self.lines(wrapped(title, TITLE, INNER, most=3), size=TITLE, bold=True)

    def add(self, *shapes: Shape) -> None:
        self._shapes += shapes

    def skip(self, by: float) -> None:
        self.top += by

    def word(  # noqa: PLR0913 - how a word looks
        self,
        said: str,
        *,
        left: float,
        middle: float,
        size: float = TEXT,
        colour: str = INK,
        bold: bool = False,
        anchor: str = "start",
    ) -> None:
        self.add(
            Words(left=left, middle=middle, text=said, size=size, colour=colour, bold=bold, anchor=anchor)
        )

    def lines(
        self,
        lines: tuple[str, ...],
        *,
        size: float,
        colour: str = INK,
        bold: bool = False,
        left: float = MARGIN,
    ) -> None:
        """One below the other."""
        for line in lines:
            self.word(
                line, left=left, middle=self.top + size * _LEADING / 2, size=size, colour=colour, bold=bold
            )
            self.skip(size * _LEADING)

    def scene(self, alt: str, note: str = "") -> Scene:
        if note:
            self.skip(10)
            self.lines(wrapped(note, NOTE, INNER, most=4), size=NOTE, colour=QUIET)
        height = round(self.top + MARGIN - 6)
        sheet = Box(left=0, top=0, width=WIDTH, height=height, fill=WHITE)
        return Scene(WIDTH, height, self.title, alt, (sheet, *self._shapes), PNG_WIDTH / WIDTH)
