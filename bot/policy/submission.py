"""What a message that hands in evidence says: which link is for which point, 提取码, and what stands against it."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique

from bot.policy.calendar import Lateness
from bot.policy.links import Drive, LinkFault, carried_extraction, drive_of, judge_link, needs_extraction
from bot.policy.plan import LatePolicy, ReviewRule

LINK_MINUTES = 30  # a link without a point, or a point without a link, is kept so long
EXTRACTION_MINUTES = 10  # after a receipt that asked for it a bare 提取码 is heard so long

# ── which link is for which point ───────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Piece:
    """What is handed in for one point."""

    code: str
    links: tuple[str, ...]


def pair(codes: Sequence[str], links: Sequence[str]) -> tuple[Piece, ...]:
    """One code takes all links, several take one each in the order said; () where the numbers do not agree."""
    if not codes or not links:
        return ()
    if len(codes) == 1:
        return (Piece(codes[0], tuple(links)),)
    if len(codes) != len(links):
        return ()
    return tuple(Piece(code, (link,)) for code, link in zip(codes, links, strict=True))


# ── what stands against it ──────────────────────────────────────────────────────────────────────────


@unique
class PieceFault(StrEnum):
    """Why what is handed in for a point is not taken, the most important first."""

    NOT_CHOSEN = "not_chosen"
    CERTIFIED = "certified"
    CLOSED = "closed"  # after the last day, under a plan that refuses
    MANY_LINKS = "many_links"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Refusal:
    """The first fault; of a link also which one (from 1) and what is wrong with it."""

    fault: PieceFault
    position: int = 0
    link: str = ""
    link_fault: LinkFault | None = None


def judge_links(links: Sequence[str], rule: ReviewRule) -> Refusal | None:
    if len(links) > rule.links:
        return Refusal(PieceFault.MANY_LINKS)
    for position, link in enumerate(links, 1):
        fault = judge_link(link, rule.link_characters)
        if fault is not None:
            return Refusal(PieceFault.LINK, position, link, fault)
    return None


def closed(late: Lateness, policy: LatePolicy) -> bool:
    """Whether nothing is taken any more."""
    return late is Lateness.OVERDUE and policy is LatePolicy.REFUSE


_SCHEME = re.compile(
    r"(?<![A-Za-z0-9])(?!https?:)(?:(?P<any>[A-Za-z][A-Za-z0-9+.-]{1,20})://"
    r"|(?P<known>javascript|vbscript|data|file|mailto|blob|about)\s*:\s*(?=\S))",
    re.IGNORECASE,
)


def foreign_scheme(note: str) -> str:
    """The scheme of what looks like a link and is none that is taken ("ftp", "javascript"); "" without one."""
    match = _SCHEME.search(_folded(note))
    return "" if match is None else (match["any"] or match["known"]).lower()


# ── 提取码 ───────────────────────────────────────────────────────────────────────────────────────────

_EXTRACTION = re.compile(
    r"(?:提取密?码|访问码|分享码|提取吗|密码|口令|(?<![A-Za-z])pwd)\s*(?:忘(?:写|发|了)?了?|[发写给打填]?错了?)?[\s,]*"
    r"(?:应该?是|应该?为|改[成为]|换成|是|为)?\s*[:=]?\s*(?P<code>[A-Za-z0-9]{4,8})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_EMPTIED = re.compile(r"[（(【\[「]\s*[)）】\]」]")
_SEPARATORS = " \t\r\n\u3000:：,，、;；。-—"
# Four letters may be a 提取码 as well as a word; these are words.
_WORDS = frozenset(
    {"okay", "okok", "good", "nice", "fine", "haha", "hehe", "help", "done", "sure", "yeah", "what"}
)
_BARE = re.compile(r"[A-Za-z0-9]{4}|(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{5,8}")


def split_note(note: str) -> tuple[tuple[str, ...], str]:
    """The 提取码 of a note in the order said, and what is left of the note."""
    found = list(_EXTRACTION.finditer(_folded(note)))
    if not found:
        return (), note.strip()
    starts, ends = [match.start() for match in found], [match.end() for match in found]
    between = zip([0, *ends], [*starts, len(note)], strict=True)
    rest = " ".join(filter(None, (note[start:end].strip(_SEPARATORS) for start, end in between)))
    # '（访问码：x7y8）' leaves its brackets.
    return tuple(match["code"] for match in found), _EMPTIED.sub("", rest).strip(_SEPARATORS)


def bare_extraction(text: str) -> str:
    """A message that is nothing but a 提取码; "" for any other."""
    code = _folded(text).strip(_SEPARATORS)
    return code if _BARE.fullmatch(code) and code.lower() not in _WORDS else ""


def deal(extractions: Sequence[str], links: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The 提取码 of each link ("" = none), and those that are left over.

    As many as links: one each, in order. Else the links that nobody opens without one come first; what a link
    carries itself (`?pwd=`) is not said twice.
    """
    carried = [carried_extraction(link) for link in links]
    if len(extractions) == len(links):
        return tuple(extractions), ()
    said = [code for code in extractions if code not in carried]
    wanting = [place for place, link in enumerate(links) if needs_extraction(link)]
    others = [place for place in range(len(links)) if not carried[place] and place not in wanting]
    dealt = dict(zip([*wanting, *others], said, strict=False))
    codes = tuple(dealt.get(place, code) for place, code in enumerate(carried))
    return codes, tuple(said[len(dealt) :])


# ── advice, which never refuses anything ────────────────────────────────────────────────────────────


@unique
class Advice(StrEnum):
    """What would keep a reviewer from opening a link."""

    EXTRACTION = "extraction"  # no 提取码
    PERIOD = "period"  # shared for some days only
    CLOSED = "closed"  # perhaps visible to nobody else


_PERIOD = re.compile(
    r"(?:有效期?|失效时间|期限)\s*(?:为|是|至|到)?\s*:?\s*(?P<after>\d{1,3})\s*天"
    r"|(?<!\d)(?P<before>\d{1,3})\s*天(?:内有效|有效|后(?:失效|过期))"
    r"|(?:^|[\s,，、(（])(?P<alone>1|7|30)\s*天(?=$|[\s,，、。)）])"
)
_PRIVATE = re.compile(r"仅(?:自己|本人|我)|私密|(?:仅|只有?)指定(?:的?人|成员|好友)")
_CLOSED_AT_FIRST = frozenset({Drive.TENCENT, Drive.WPS, Drive.DING, Drive.DING_DOC, Drive.WEDRIVE})


def share_period(text: str) -> str:
    """For how long a link is shared, as said: "7 天"; "" where nothing was said of it."""
    match = _PERIOD.search(_folded(text))
    if match is None:
        return ""
    return f"{int(match['after'] or match['before'] or match['alone'])} 天"


def closed_at_first(url: str) -> Drive | None:
    """The drive whose link opens for nobody else until somebody sets it so; None for any other link."""
    drive = drive_of(url)
    return drive if drive in _CLOSED_AT_FIRST else None


def advise(url: str, extraction: str, *, said: str, period: str) -> frozenset[Advice]:
    """`said`: what was written beside it; `period`: as `share_period` gives it."""
    advice = set()
    if needs_extraction(url) and not extraction:
        advice.add(Advice.EXTRACTION)
    if period:
        advice.add(Advice.PERIOD)
    if _PRIVATE.search(said) or closed_at_first(url) is not None:
        advice.add(Advice.CLOSED)
    return frozenset(advice)


def usual_wait(workdays: Iterable[int], fewest: int = 3) -> int | None:
    """The middle of how long decisions took, the longer one of two; None for fewer than `fewest`."""
    waits = sorted(workdays)
    return waits[len(waits) // 2] if len(waits) >= fewest else None


def _folded(text: str) -> str:
    """Full-width letters and signs as ASCII, character by character: places stay what they are."""
    if unicodedata.is_normalized("NFKC", text):
        return text  # nearly all of them
    return "".join(form if len(form := unicodedata.normalize("NFKC", char)) == 1 else char for char in text)
