"""What the bot says, before any platform's dialect: answers made of lines, and replies ready to send."""

from dataclasses import dataclass
from enum import StrEnum, unique


@dataclass(frozen=True, slots=True)
class Data:
    """Text that a person or a file wrote (names, titles, notes): shown literally, never as markup."""

    text: str


class Secret(Data):
    """A password: said once to whom it is for, kept nowhere; somebody who is answered again reads `SHOWN_ONCE`."""

    __slots__ = ()


SHOWN_ONCE = "（只显示一次，没看到就再要一个）"

Part = str | Data


@unique
class LineKind(StrEnum):
    """What a line is; each platform shows it in its own way."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"  # one of a list
    QUOTE = "quote"  # secondary: source, as-of, advice


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `parts` are joined without separators."""

    kind: LineKind
    parts: tuple[Part, ...]

    @property
    def plain(self) -> str:
        return "".join(p if isinstance(p, str) else p.text for p in self.parts)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler says. No lines = silence. Blank lines are the renderer's business."""

    lines: tuple[Line, ...] = ()

    @property
    def silent(self) -> bool:
        return not self.lines

    @property
    def plain(self) -> str:
        return "\n".join(line.plain for line in self.lines)

    def without_secrets(self) -> "Answer":
        """The same answer where there are none."""
        if not any(isinstance(part, Secret) for line in self.lines for part in line.parts):
            return self
        return Answer(tuple(Line(line.kind, tuple(map(_kept, line.parts))) for line in self.lines))

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(self.lines + other.lines)


SILENCE = Answer()


def _kept(part: Part) -> Part:
    return SHOWN_ONCE if isinstance(part, Secret) else part


def text(*parts: Part) -> Line:
    return Line(LineKind.TEXT, parts)


def heading(*parts: Part) -> Line:
    return Line(LineKind.HEADING, parts)


def item(*parts: Part) -> Line:
    return Line(LineKind.ITEM, parts)


def quote(*parts: Part) -> Line:
    return Line(LineKind.QUOTE, parts)


def answer(*lines: Line | str) -> Answer:
    """An answer of these lines; a bare string is a TEXT line."""
    return Answer(tuple(text(line) if isinstance(line, str) else line for line in lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message as a platform takes it, before sealing. `body` == "" = say nothing."""

    body: str
    markdown: bool = False
    title: str = ""  # markdown only: what the conversation list shows


NOTHING = Reply(body="")
