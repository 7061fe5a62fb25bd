"""What the bot says, before any platform's dialect: answers made of lines, and replies ready to send."""

from dataclasses import dataclass
from enum import StrEnum, unique


@dataclass(frozen=True, slots=True)
class Data:
    """Text that a person or a file wrote (names, titles, notes): shown literally, never as markup."""

    text: str


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

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(self.lines + other.lines)


SILENCE = Answer()


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
