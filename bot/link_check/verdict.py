"""From what servers answer to what is told about a link: a walk along redirects, without any I/O."""

from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urljoin

from bot.link_check.drives import Means, place_of, said_by
from bot.link_check.pages import read_page
from bot.policy.links import Drive, Finding, LinkFault, carried_extraction, drive_of, fingerprint, judge_link

MOST_REDIRECTS = 3
LONGEST = 2048  # characters of an address that is followed
_FOR_GOOD = frozenset({301, 308})
_REDIRECTS = _FOR_GOOD | {302, 303, 307}


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One answer, as far as it was read."""

    status: int
    location: str = ""
    content_type: str = ""
    body: bytes = b""  # its beginning, unpacked


@dataclass(frozen=True, slots=True)
class Walk:
    """On the way: `url` is to be asked next."""

    url: str
    code_known: bool  # a 提取码 came with the link or inside it
    redirects: int = 0
    moved: bool = False  # for good, and to something else


@dataclass(frozen=True, slots=True)
class Verdict:
    """At the end. Without a finding nothing was learned, and what was known of the link stays."""

    finding: Finding | None
    wants_code: bool = False  # of ASKS: a 提取码, and not an account
    heard: bool = True  # some server has answered


NOTHING_LEARNED = Verdict(None)
_INWARD = frozenset({LinkFault.LOCAL, LinkFault.SINGLE_LABEL})
_ENDED_AT = {  # places that need not be asked
    Means.GONE: Verdict(Finding.GONE),
    Means.LOGIN: Verdict(Finding.ASKS),
    Means.UNCLEAR: NOTHING_LEARNED,
}


def begin(url: str, *, extraction: str) -> Walk | Verdict:
    """`extraction`: the 提取码 that came with the link, "" without one."""
    if judge_link(url, LONGEST) is not None:
        return Verdict(None, heard=False)
    return Walk(url, code_known=bool(extraction or carried_extraction(url)))


def step(walk: Walk, response: Response) -> Walk | Verdict:
    if response.status in _REDIRECTS:
        return _redirected(walk, response)
    return _judged(walk, response)


def _redirected(walk: Walk, response: Response) -> Walk | Verdict:
    url = _target(walk.url, response.location.strip())
    if url is None:
        return NOTHING_LEARNED
    fault = judge_link(url, LONGEST)
    if fault is not None:  # otherwise an app's own scheme, an account in the address …
        return Verdict(Finding.INWARD) if fault in _INWARD else NOTHING_LEARNED
    place = place_of(url)
    if place in _ENDED_AT:
        return _ENDED_AT[place]
    if walk.redirects == MOST_REDIRECTS:
        return NOTHING_LEARNED
    elsewhere = response.status in _FOR_GOOD and fingerprint(url) != fingerprint(walk.url)
    return replace(walk, url=url, redirects=walk.redirects + 1, moved=walk.moved or elsewhere)


def _target(url: str, location: str) -> str | None:
    if not location:
        return None
    try:
        return urldefrag(urljoin(url, location)).url
    except ValueError:
        return None


def _judged(walk: Walk, response: Response) -> Verdict:
    status = response.status
    means = said_by(walk.url, read_page(response.content_type, response.body))
    if means is None and status < 400:
        means = place_of(walk.url)
    if means is Means.GONE:
        return Verdict(Finding.GONE)
    # 416: the document is there, and shorter than what was asked for.
    return _shown(walk, means) if 200 <= status < 300 or status == 416 else _failed(walk, status, means)


def _shown(walk: Walk, means: Means | None) -> Verdict:
    if means is Means.LOGIN:
        return Verdict(Finding.ASKS)
    if means is Means.UNCLEAR:
        return NOTHING_LEARNED
    if means is Means.CODE and not walk.code_known:
        return Verdict(Finding.ASKS, wants_code=True)
    return Verdict(Finding.MOVED if walk.moved else Finding.REACHABLE)


def _failed(walk: Walk, status: int, means: Means | None) -> Verdict:
    drive = drive_of(walk.url)
    if status in {404, 410}:
        # 百度网盘 sometimes answers visitors without cookies like this, and then says nothing.
        return NOTHING_LEARNED if drive is Drive.BAIDU else Verdict(Finding.GONE)
    if 500 <= status < 600:
        return Verdict(Finding.NO_ANSWER)
    # Many sites turn programs away with 403 and let people in; a drive means the permission.
    closed = status in {401, 407} or (status == 403 and drive is not None)
    return Verdict(Finding.ASKS) if closed or means is Means.LOGIN else NOTHING_LEARNED
