"""Words of reviewing that more than one answer needs: subjects, reasons why not, quotas, what links are like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.policy.decision import Verdict
from bot.policy.evidence import EvidenceState
from bot.policy.links import Finding
from bot.policy.points import Catalogue
from bot.policy.quota import Quota
from bot.policy.review import Level
from messages.outgoing import Data, Line, Part, text
from messages.texts.evidence_words import receipt
from messages.texts.wording import clock_time, code_label, code_labels, day, listed

LEVELS = {Level.GROUP: "教研组长", Level.SCHOOL: "学校管理员或校长", Level.OFFICE: "项目办"}
DECIDED = {
    EvidenceState.PASSED: "已定为合格",
    EvidenceState.EXCELLENT: "已定为优秀",
    EvidenceState.RETURNED: "已退回",
}
FINDINGS = {
    Finding.MOVED: "链接已换地址",
    Finding.GONE: "链接已失效",
    Finding.ASKS: "打开要提取码或登录",
    Finding.NO_ANSWER: "链接打不开",
    Finding.INWARD: "链接在内网，外面打不开",
}
_PLAIN_REASONS = {
    Verdict.OWN: "是你自己的材料，要由别人审",
    Verdict.WITHDRAWN: "作者已撤回",
    Verdict.CERTIFIED: "作者的这个点已经认证，请作者撤回这一份",
}
_MOST_NUMBERS, _COUNTED = 3, 20
_LINK_CHARACTERS = 30


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided about."""

    number: int
    code: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """What stays as it is, and why."""

    number: int  # the receipt, of a line that is not there the number of the line
    why: Verdict
    subject: Subject | None = None  # None for what the asker may not see
    version: int = 0
    state: EvidenceState = EvidenceState.WAITING
    decided_by: str = ""  # "你", or a name
    decided_at: datetime | None = None
    quota: Quota | None = None
    expired: bool = False  # the number was a line of a list whose time is over
    listed: bool = False  # said as a 编号, and there is a line of that number as well


@dataclass(frozen=True, slots=True)
class Shared:
    """The same link elsewhere."""

    own_codes: tuple[str, ...]  # of other points of the same author
    numbers: tuple[int, ...]  # of submissions of others that the reader may see
    hidden: bool  # whether there are more that the reader may not see


def moment(at: datetime) -> str:
    return f"{day(at.date())} {clock_time(at)}"


def about(subject: Subject, catalogue: Catalogue) -> tuple[Part, ...]:
    return (f"{receipt(subject.number)} {code_label(subject.code, catalogue)}，", Data(subject.author))


def levels(turn: Iterable[Level]) -> str:
    return listed(LEVELS[level] for level in sorted(turn))


def left(one: Left, catalogue: Catalogue) -> tuple[Part, ...]:
    """One line about what was not decided."""
    if one.why is Verdict.NO_LINE:
        return (f"清单里没有第 {one.number} 条。",)
    if one.subject is None:
        again = f"要说清单里的第 {one.number} 条，请再发“待审”。" if one.expired else ""
        again = f"要说清单里的第 {one.number} 条，请说“第{one.number}个”。" if one.listed else again
        return (f"没有你能审的{receipt(one.number)}。{again}",)
    return (*about(one.subject, catalogue), "：没有定，", *_why(one), "。")


def _why(one: Left) -> tuple[Part, ...]:
    match one.why:
        case Verdict.DECIDED if one.decided_at is not None:
            return (Data(one.decided_by), f" {moment(one.decided_at)} {DECIDED[one.state]}")
        case Verdict.HELD:
            return (f"是逾期交的，要项目办先“重开 {one.number} 原因”",)
        case Verdict.CHANGED:
            return (f"作者刚交了第 {one.version} 版，请先“查看 {one.number}”再定",)
        case Verdict.OVER_QUOTA if one.quota is not None:
            spent = f"优秀名额已用完（{one.quota.used}/{one.quota.total}）"
            return (f"{spent}，仍在待审；可以发“通过 {one.number}”定为合格",)
        case other:
            return (_PLAIN_REASONS[other],)


def quota_line(school: str, quota: Quota, warn_percent: int) -> Line:
    warning = ""
    if quota.warns(warn_percent):
        warning = f"已用到 {warn_percent}% 以上，后面的优秀请慎给。" if quota.left else "已经用完。"
    return text(
        "优秀名额：", Data(school), f" 已用 {quota.used}，还可用 {quota.left}，共 {quota.total}。{warning}"
    )


def link_start(url: str) -> Data:
    """Where a link leads, without its tail."""
    whole = url.partition("://")[2] or url
    return Data(whole if len(whole) <= _LINK_CHARACTERS else f"{whole[:_LINK_CHARACTERS]}…")


def findings(found: Iterable[str]) -> tuple[str, ...]:
    """What a look at the links has found and a reviewer should know, each once."""
    known = (FINDINGS.get(Finding(one)) for one in found if one)
    return tuple(dict.fromkeys(one for one in known if one))


def shared_notes(shared: Shared, catalogue: Catalogue) -> tuple[str, ...]:
    """Quiet facts: preparing together is allowed."""
    notes = []
    if shared.own_codes:
        notes.append(f"同一链接也交给了 {code_labels(shared.own_codes, catalogue)}")
    if shared.numbers:
        notes.append(f"另有{_many(shared.numbers)}材料用了同一链接：编号 {_few(shared.numbers)}")
    elif shared.hidden:
        notes.append("同一链接也由别人交过")
    return tuple(notes)


def _many(numbers: Sequence[int]) -> str:
    if len(numbers) > _COUNTED:
        return f" {_COUNTED} 多份"
    return "一份" if len(numbers) == 1 else f" {len(numbers)} 份"


def _few(numbers: Sequence[int]) -> str:
    some = listed(map(str, numbers[:_MOST_NUMBERS]))
    return some if len(numbers) <= _MOST_NUMBERS else f"{some} 等"


def list_again() -> str:
    return "没有清单，或清单已过 5 分钟：请再发“待审”，然后说第几个。"


def nothing_opened(example: str) -> str:
    return f"没有说是哪一份：请写编号，例如“{example}”，或先发“待审”“查看 编号”。"
