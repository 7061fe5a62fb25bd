"""One message, prepared for reading, and the three things that can be made of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bot.policy.points import Catalogue
from messages.commands import Arguments, Command, Understood
from messages.understanding.cleaning import Heard
from messages.understanding.codes import Codes
from messages.understanding.dates import Calendar
from messages.understanding.expression import expression
from messages.understanding.links import LINK

MOST_SUGGESTIONS = 3

# What separates a command word from its value.
GAP = r"[\s:,。、\-]*"
# A question or a report is never an order.
_QUESTION = expression(
    r"吗|么|呢|没有?(?:$|[?啊呀])|没$|[?]|怎么|咋|如何|啥|什么|哪|谁|多少|为何|能不能|可不可以|可以不|行不|好不好|中不中|对不对|是不是|有没有|要不要|用不用|几[个天号点]|啥时"
)
_NEGATED = expression(
    r"不(?=撤|换|退|催|提交|交)|不用|不要|不想|不能|不许|别|先不|暂不|暂时不|莫|甭|还没|没法|无法|不让|未(?!交|选|达|提|完|备)"
)
_REPORTED = expression(
    r"被|已经?(?!经)|刚刚?才?(?:已|被)|如果|假如|要是|的话|万一|以后|之前|之后|说要|说是|听说|据说"
)
_LEADING = expression(
    r"(?:[\s,。!.~、:;?/*>#·•]+|\.{2,}|你好呀?|您好|老师们?好|领导好|主任好|(?:麻烦|劳驾)(?:你|您|老师|一下)*|请问(?:一下|下)?|请(?!假|问|示)|帮(?!助|忙$)我?(?:个?忙)?(?:给我)?|给我(?!们)"
    r"|那个那?个?|这个(?=我)|嗯+|呃+|额(?!度)|唉(?=[,\s])|哎(?=[,\s呀])|哎呀|喂|诶(?=[,\s])|我说|不好意思|打扰一?下?了?|拜托|小助手|助手|亲|老师(?=[,\s])|就是说?(?=我)|然后|来个(?=[我本全排待])|我?想?问一?下)+"
)
_TRAILING = expression(
    r"(?:[\s,。!.~、;…]+|呗|啊|哈|呢|吧|呀|哦|噢|哟|哇|喽|咯|嘛|谢谢(?:老师|您|你|了|啦)?|谢了|多谢|辛苦了?|麻烦(?:您|你)?了?|(?<!看)一下|哈哈|\U0001f64f|\U0001f339|[\U0001f300-\U0001faff\u2600-\u27bf\ufe0f]|\[[\u4e00-\u9fffA-Za-z]{1,4}\])+$"
)


@dataclass(frozen=True, slots=True)
class Line:
    """`heard` has LINK in place of links, slips mended in `plain`; positions of `codes` count in `heard`."""

    heard: Heard
    placed: tuple[str, ...]  # one link for each LINK
    codes: Codes
    roles: frozenset[str]
    calendar: Calendar
    catalogue: Catalogue
    ending: str = ""  # politeness that was cut off behind; part of an announcement's content, and see `glued`

    @property
    def glued(self) -> str:
        """Of what was cut off behind, what belongs to the last word: the 一下 of '请复核一下'."""
        return "一下" if self.ending.startswith("一下") else ""

    @property
    def links(self) -> tuple[str, ...]:
        """Each once."""
        return tuple(dict.fromkeys(self.placed))

    @property
    def plain(self) -> str:
        return self.heard.plain

    def content(self, start: int) -> str:
        """What was typed from there on, links in their places."""
        parts = self.heard.raw[start:].split(LINK)
        placed = self.placed[len(self.placed) - len(parts) + 1 :]
        text = parts[0] + "".join(link + part for link, part in zip(placed, parts[1:], strict=True))
        return f"{text}{self.ending}".lstrip(" \t\r\n:：,，、").rstrip()

    def said(self, start: int, end: int | None = None) -> str:
        """What was typed there, trimmed of separators."""
        return trimmed(self.heard.raw[start:end])

    def quoted(self, start: int, end: int | None = None) -> str:
        """As `said`, links in their places: for what others will read."""
        return trimmed(self.with_links(self.heard.raw[start:end], start))

    def with_links(self, text: str, start: int) -> str:
        """`text`, which was typed from `start` on, with its links."""
        links = self.placed[len(self.placed) - self.heard.raw.count(LINK, start) :]
        for link in links[: text.count(LINK)]:
            text = text.replace(LINK, link, 1)
        return text


def trimmed(text: str) -> str:
    return text.replace(LINK, " ").strip(" \t\r\n\u3000:：,，、;；-—")


def is_question(text: str) -> bool:
    return _QUESTION.search(text) is not None


def is_order(text: str) -> bool:
    """Whether a text that holds a verb of doing can be meant as 'do it': not asked, denied, reported or supposed."""
    return not (_QUESTION.search(text) or _NEGATED.search(text) or _REPORTED.search(text))


def without_politeness(heard: Heard) -> tuple[Heard, str]:
    """Without 你好, 请问, 帮我, 呗, 谢谢 at either end, and what was cut off behind; a message of nothing else stays."""
    start = match.end() if (match := _LEADING.match(heard.plain)) else 0
    # Endings are short: search the last stretch only.
    tail = max(start, len(heard.plain) - 40)
    end = match.start() if (match := _TRAILING.search(heard.plain, tail)) else len(heard.plain)
    return (heard.part(start, end), heard.raw[end:]) if start < end else (heard, "")


def first(readers: Iterable[Callable[[Line], Understood | None]], line: Line) -> Understood | None:
    """What the first reader that understands the line makes of it."""
    for reader in readers:
        if (read := reader(line)) is not None:
            return read
    return None


def order(command: Command, **arguments: object) -> Understood:
    return Understood(command=command, arguments=Arguments(**arguments))  # type: ignore[arg-type]


def ask(*suggestions: str, hint: str = "", **arguments: object) -> Understood:
    kept = tuple(dict.fromkeys(suggestions))[:MOST_SUGGESTIONS]
    return Understood(arguments=Arguments(**arguments), suggestions=kept, hint=hint)  # type: ignore[arg-type]
