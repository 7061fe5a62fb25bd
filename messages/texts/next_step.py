"""Where a teacher stands, as every text says it: what is missing, and the next single action."""

from dataclasses import dataclass
from datetime import date

from bot.policy.people import PersonState
from bot.policy.plan import Requirement
from bot.policy.standing import Facts, Gaps, Step
from messages.texts.evidence_words import receipt
from messages.texts.wording import day, full_day, hours, listed

STATES = {
    PersonState.ACTIVE: "在册",
    PersonState.DEFERRED: "暂缓",
    PersonState.TRANSFERRED: "调出",
    PersonState.RETIRED: "退休",
    PersonState.EXEMPT: "免训",
}

_ACTIONS = {
    Step.NO_ACCOUNT: "向本校学校管理员要学习账号，开始线上学习",
    Step.NO_CHOICE: "发“推荐选点”，选定微能力点",
    Step.NONE: "不用再做什么",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The submission that the next step is about."""

    number: int
    label: str  # of its point
    since: date  # it was handed in, or sent back, then
    held: bool = False  # 逾期: it waits for the office


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the answers about one's own progress are made of."""

    facts: Facts
    gaps: Gaps
    step: Step
    open_points: tuple[str, ...]  # labels of the chosen points that are not certified yet
    today: date
    due: date | None  # the date that counts next for this step; None when it is over
    last: date  # of the whole programme
    about: About | None = None  # in the steps RETURNED and WAITING, where it is known
    on_page: bool = False  # read on 我的主页, where there are forms instead of words to send

    @property
    def untouched(self) -> str | None:
        """The label of the first open point that nothing was handed in for."""
        handed_in = dict(self.facts.evidence)
        return next((one for one in self.open_points if _code(one) not in handed_in), None)


def next_step(outlook: Outlook) -> str:
    if outlook.step in {Step.WAITING, Step.NONE}:
        return f"下一步：{_action(outlook)}。"
    if outlook.due is None:
        return f"{full_day(outlook.last)}已经截止，还能不能补请问项目办。要补的是：{_action(outlook)}。"
    return f"下一步：{_action(outlook)}（{full_day(outlook.due)}前）。"


def missing(gaps: Gaps) -> str:
    """What is missing, each on its own, in one phrase; "" when nothing is."""
    parts = []
    if gaps.online:
        parts.append(f"线上 {hours(gaps.online)}")
    if gaps.practice:
        parts.append(f"实践 {hours(gaps.practice)}")
    if gaps.together and not (gaps.online or gaps.practice):
        parts.append(f"合计 {hours(gaps.together)}")
    if gaps.points:
        parts.append(f"{gaps.points} 个微能力点认证")
    elif gaps.dimensions:
        parts.append(f"再认证 {gaps.dimensions} 个其他维度的微能力点")
    return listed(parts)


def state_lines(state: PersonState) -> tuple[str, ...]:
    """Said only where it matters: who is not active does not count in the school's rate."""
    if state is PersonState.ACTIVE:
        return ()
    return (f"你目前登记为“{STATES[state]}”，不计入学校合格率。",)


def requirement(rule: Requirement) -> str:
    """The whole requirement in one phrase."""
    return (
        f"线上 {hours(rule.online)}、实践 {hours(rule.practice)}、合计 {hours(rule.together)}，"
        f"认证 {rule.points} 个微能力点、覆盖 {rule.dimensions} 个维度"
    )


def _action(outlook: Outlook) -> str:
    match outlook.step:
        case Step.NO_EVIDENCE:
            return _evidence_action(outlook)
        case Step.RETURNED:
            return _mending_action(outlook)
        case Step.WAITING:
            return _waiting_action(outlook.about)
        case Step.HOURS:
            return _hours_action(outlook.gaps)
        case Step.NO_CHOICE if outlook.on_page:
            return "在下面的“选点”里选定微能力点"
        case step:
            return _ACTIONS[step]


def _evidence_action(outlook: Outlook) -> str:
    """Of the first open point that nothing was handed in for."""
    label = outlook.untouched
    if label is None:
        return "准备微能力点的材料"
    if outlook.on_page:
        return f"在下面的“提交材料”里交 {label} 的材料，要交什么看“我的微能力点”"
    code = _code(label)
    return f"交 {label} 的材料，发“提交 {code} 链接”，要交什么发“微能力 {code}”看"


def _mending_action(outlook: Outlook) -> str:
    about = outlook.about
    if about is None:
        return "按退回的原因改好材料，再交一次"
    mend = f"按退回的原因改好 {about.label}（{receipt(about.number)}），再"
    if outlook.on_page:
        return f"{mend}在下面的“提交材料”里交一次"
    return f"{mend}发“提交 {_code(about.label)} 链接”"


def _waiting_action(about: About | None) -> str:
    if about is None:
        return "等教研组长审核，你暂时不用做什么"
    if about.held:
        return f"{receipt(about.number)} 是逾期交的，等项目办重开，你暂时不用做什么"
    return f"等审核（{receipt(about.number)}，{day(about.since)}交），你暂时不用做什么"


def _code(label: str) -> str:
    return label.partition(" ")[0]


def _hours_action(gaps: Gaps) -> str:
    if gaps.online:
        return f"继续线上学习，还差 {hours(gaps.online)}"
    return f"补实践学时，还差 {hours(gaps.practice or gaps.together)}"
