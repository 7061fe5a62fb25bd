"""What the bot says, before any platform's dialect: answers made of lines, and replies ready to send."""

import json
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any


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


LONGEST_LABEL = 10
"""Characters on a button (WeCom's official document 101032)."""
MOST_CHOICES = 6
"""Buttons below one message (the same document)."""
MOST_OPTIONS = 20
"""Of a list (the same document)."""


@unique
class Style(StrEnum):
    """How a button looks."""

    MAIN = "main"
    PLAIN = "plain"
    CAREFUL = "careful"  # what undoes or refuses something


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One button: whoever taps it says `says`, with all that follows from saying it."""

    label: str
    says: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Several of a list at once: whoever sends it off says `says` and what was picked, with spaces between."""

    says: str
    options: tuple[tuple[str, str], ...]  # what is said of each, and how it reads
    label: str  # of the button that sends it off


@dataclass(frozen=True, slots=True, kw_only=True)
class Buttons:
    """What can be tapped instead of typed. The words of the answer say all of it as well."""

    about: str  # what is decided by them: the title of a card of its own
    choices: tuple[Choice, ...] = ()
    pick: Pick | None = None
    aside: bool = False  # a shortcut for which nothing waits: not worth a message of its own


@dataclass(frozen=True, slots=True)
class Answer:
    """What a handler says. No lines = silence. Blank lines are the renderer's business."""

    lines: tuple[Line, ...] = ()
    buttons: Buttons | None = None

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
        lines = tuple(Line(line.kind, tuple(map(_kept, line.parts))) for line in self.lines)
        return Answer(lines, self.buttons)

    def choosing(
        self, about: str, *choices: Choice, pick: Pick | None = None, aside: bool = False
    ) -> "Answer":
        """The same words with these to tap, in place of others; with none of them none."""
        buttons = Buttons(about=about, choices=choices, pick=pick, aside=aside)
        return Answer(self.lines, buttons if choices or pick else None)

    def __add__(self, other: "Answer") -> "Answer":
        return Answer(self.lines + other.lines, self.buttons or other.buttons)


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
    buttons: Buttons | None = None  # shown where the way out has any


NOTHING = Reply(body="")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as a platform takes it; what it shows is always said in words as well."""

    png: bytes


Page = Reply | Picture


def dump_answer(said: Answer) -> str:
    """An answer as it is kept: lines of [kind, part, …], where [text] is somebody's data. Secrets are not kept."""
    lines = [
        [line.kind.value, *(part if isinstance(part, str) else [part.text] for part in line.parts)]
        for line in said.without_secrets().lines
    ]
    kept: object = lines
    if said.buttons is not None:
        kept = {"lines": lines, "buttons": buttons_to_json(said.buttons)}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def load_answer(kept: str) -> Answer:
    """What `dump_answer` made; "" = its words are not kept any more."""
    if not kept:
        return answer("这条消息过了保存期，内容已删除。")
    found = json.loads(kept)
    lines, buttons = (found["lines"], found["buttons"]) if isinstance(found, dict) else (found, None)
    return Answer(
        tuple(
            Line(LineKind(kind), tuple(part if isinstance(part, str) else Data(part[0]) for part in parts))
            for kind, *parts in lines
        ),
        None if buttons is None else buttons_from_json(buttons),
    )


def buttons_to_json(buttons: Buttons) -> list[Any]:
    pick = buttons.pick
    return [
        buttons.about,
        [[choice.label, choice.says, choice.style.value] for choice in buttons.choices],
        None if pick is None else [pick.says, pick.options, pick.label],
        buttons.aside,
    ]


def buttons_from_json(kept: list[Any]) -> Buttons:
    """What `buttons_to_json` made."""
    about, choices, pick, aside = kept
    return Buttons(
        about=about,
        choices=tuple(Choice(label=label, says=says, style=Style(style)) for label, says, style in choices),
        pick=None
        if pick is None
        else Pick(says=pick[0], options=tuple((said, shown) for said, shown in pick[1]), label=pick[2]),
        aside=aside,
    )
