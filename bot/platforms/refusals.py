"""What a platform's code means and what is done about it: the rows of both platforms' tables.

The tables are read by the outlets, by the office (`Verdict.say`) and by `bot.platforms.handbook`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final

from bot.sending import NO_ANSWER, PERHAPS, Do, SendFailed, Verdict

Code = int | str

_ADDRESS: Final = re.compile(r"\bip\b:?\s*([0-9a-fA-F.:]{3,45})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One code. `means` and `cure` are Chinese, without a full stop; no cure = nobody has to do anything."""

    means: str
    verdict: Verdict
    cure: str = ""
    shorter: bool = False  # once more in shorter pages, before the verdict holds
    names_address: bool = False  # the platform's text has the IP address that somebody has to enter


Refusals = Mapping[Code, Refusal]

# Both platforms ask for at most three tries; apart, so that a busy minute is outlived.
_APART_S: Final = 30
BUSY: Final = Verdict(do=Do.AGAIN, after_s=_APART_S, everybody=True, most_tries=3)
UNKNOWN: Final = Refusal(
    "官方文档里没有这个代码",
    Verdict(do=Do.AGAIN, after_s=_APART_S, most_tries=3),
    "反复出现时，请把代码告诉维护机器人的人",
)


def stop_one(mend: str) -> Verdict:
    """This group takes nothing until somebody mends something."""
    return Verdict(do=Do.STOP, mend=mend)


def refused(row: Refusal, code: Code, said: str = "") -> SendFailed:
    """`said`: the platform's own text, of which nothing is used but an address that somebody has to enter."""
    address = address_in(said) if row.names_address else ""
    verdict = replace(
        row.verdict, code=str(code), say=_said(row, f"要加的地址是 {address}" if address else "")
    )
    return SendFailed(verdict, code, f"from {address}" if address else "")


def _said(row: Refusal, more: str = "") -> str:
    return "".join(f"{sentence}。" for sentence in (row.means, row.cure, more) if sentence)


def unanswered(verdict: Verdict, what: str) -> SendFailed:
    """`what` happened instead of an answer: a kind of exception, or a status."""
    say = verdict.say or (PERHAPS if verdict.do is Do.DOUBT else NO_ANSWER)
    return SendFailed(replace(verdict, code=what, say=say), what)


def one_of_many(row: Refusal, code: str) -> Verdict:
    """One receiver of many; `code` as the platform's answer names it."""
    return replace(row.verdict, code=code, say=_said(row))


def too_long(table: Refusals) -> frozenset[Code]:
    return frozenset(code for code, row in table.items() if row.shorter)


def address_in(said: str) -> str:
    """The first IP address that is called one; texts are not for judging by."""
    for found in _ADDRESS.finditer(said):
        try:
            return str(ip_address(found[1].rstrip(".:")))
        except ValueError:
            continue
    return ""
