"""Links to evidence, as their author hears of them: what is wrong with one, what to set, what a look has found."""

from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from bot.policy.links import Finding, LinkFault
from bot.policy.plan import ReviewRule
from bot.policy.submission import Advice, closed_at_first
from messages.outgoing import Data, Part

_FINDINGS = {
    Finding.GONE: "链接打不开，请检查分享设置",
    Finding.ASKS: "链接要提取码或要登录才能看，请补提取码或改成“获得链接的人可查看”",
    Finding.NO_ANSWER: "链接这几次都没有打开，请自己点开看看",
    Finding.INWARD: "链接指向内部网络，别人打不开",
}
_PERIOD = "分享请换成永久有效，免得审核时打不开"
_CLOSED = "请打开“获得链接的人可查看”，不然审核人看不到"

_HOST_CHARACTERS = 40


def fault(kind: LinkFault, link: str, rule: ReviewRule) -> tuple[Part, ...]:
    """What is wrong, to stand behind “第 2 个链接” or “这个链接”."""
    match kind:
        case LinkFault.SCHEME:
            return ("不是 http 或 https 开头的",)
        case LinkFault.LONG:
            return (f"太长，最多 {rule.link_characters} 个字符",)
        case LinkFault.BROKEN:
            return ("不完整，打不开",)
        case LinkFault.SINGLE_LABEL:
            return ("（", _host(link), "）只在内部网络里有，别人打不开")
        case LinkFault.LOCAL:
            return ("（", _host(link), "）指向本机或内部网络，别人打不开")
        case LinkFault.ACCOUNT:
            return ("里带着账号（@ 前面的部分），看不出会打开哪里",)


def foreign(scheme: str) -> tuple[Part, ...]:
    return ("只收 http 或 https 开头的链接，不收 ", Data(scheme))


def advised(advice: Iterable[Advice], links: Sequence[str]) -> str:
    """One line, without the 提取码, which is asked for; "" where there is nothing to advise."""
    wanted = set(advice)
    parts = []
    if Advice.PERIOD in wanted:
        parts.append(_PERIOD)
    if Advice.CLOSED in wanted:
        drives = dict.fromkeys(drive for link in links if (drive := closed_at_first(link)) is not None)
        parts.append(f"{'、'.join(drives)}{_CLOSED}" if drives else _CLOSED)
    return f"提醒：{'；'.join(parts)}。" if parts else ""


def found(findings: Iterable[str]) -> tuple[str, ...]:
    """What a look at the links means for their author; nothing where all is well."""
    known = {finding.value: words for finding, words in _FINDINGS.items()}
    return tuple(dict.fromkeys(known[one] for one in findings if one in known))


def _host(link: str) -> Data:
    try:
        host = urlsplit(link).netloc
    except ValueError:
        host = ""
    host = host or link
    return Data(host if len(host) <= _HOST_CHARACTERS else f"{host[: _HOST_CHARACTERS - 1]}…")
