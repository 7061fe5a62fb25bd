"""What can be tapped below answers: each button says what one would type, and is understood as if it were typed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from bot.policy.points import Catalogue
from bot.policy.standing import Step
from messages.commands import Command
from messages.outgoing import MOST_CHOICES, MOST_OPTIONS, Buttons, Choice, Pick, Reply, Style
from messages.texts.menu import button_stale
from messages.texts.next_step import Outlook
from messages.texts.points import choose_words
from messages.texts.problems import SORRY, TOO_FAST

NEXT: Final = "下一步"
WHICH_POINTS: Final = "选哪几个微能力点？"
LONGEST_TITLE: Final = 26
"""Characters of what is decided by the buttons, as a card shows them whole (WeCom's official document 101032)."""

_FOR_NOTHING: Final = (button_stale().plain, TOO_FAST, SORRY)

_CONFIRMING: Final[Mapping[Command, str]] = MappingProxyType(
    {
        Command.ANNOUNCE: "发这条公告？",
        Command.CORRECT: "发这条更正？",
        Command.RESEND: "再发一次没送到的？",
        Command.REMIND: "现在提醒他们？",
        Command.APPROVE: "这些都定为合格？",
        Command.SUBMIT: "换成这一版？",
        Command.ACCEPTANCE: "提醒这些学校？",
        Command.BIND_GROUP: "改绑本群？",
        Command.FREEZE: "冻结数据？",
        Command.UNFREEZE: "解除冻结？",
    }
)
_CHOOSING: Final[Mapping[Command, str]] = MappingProxyType(
    {
        Command.SUBMIT: "这个链接是哪个点的？",
        Command.RECOMMEND: "选哪一组？",
        Command.SWAP: "换成哪个点？",
        Command.SEND_BACK: "退回的原因是？",
        Command.WITHDRAW: "撤回哪一份？",
        Command.CODE: "给哪一位发绑定码？",
        Command.CASE: "是哪一类案例？",
        Command.FILE: "是哪一份备案材料？",
    }
)


def confirming(command: Command) -> str:
    """The title of a preview."""
    return _CONFIRMING.get(command, f"确认{command}？")


def choosing(command: Command) -> str:
    """The title of a menu."""
    return _CHOOSING.get(command, f"{command}：选哪一个？")


def saying(command: Command, label: str = "", *, style: Style = Style.PLAIN) -> Choice:
    """The bare word of a command."""
    return Choice(label=label or command.value, says=command.value, style=style)


def numbered(
    command: Command, number: int, label: str = "", *, more: str = "", style: Style = Style.PLAIN
) -> Choice:
    """A command about one 编号; its label is what it says where there is none. `more`: words behind the number."""
    says = f"{command} {number}{more}"
    return Choice(label=label or says, says=says, style=style)


def deciding(number: int) -> tuple[Choice, ...]:
    """What a reviewer may do with one submission."""
    return (
        numbered(Command.APPROVE, number, "通过", style=Style.MAIN),
        numbered(Command.APPROVE, number, "优秀", more=" 优秀"),
        numbered(Command.SEND_BACK, number, "退回", style=Style.CAREFUL),
    )


def whether_to_agree(number: int) -> str:
    return f"编号 {number} 报为案例，同意吗？"


def agreeing(number: int) -> tuple[Choice, ...]:
    """What the author of a work may answer."""
    return (
        numbered(Command.CONSENT, number, "同意", style=Style.MAIN),
        numbered(Command.DISSENT, number, "不同意", style=Style.CAREFUL),
    )


def second_word(number: int) -> tuple[Choice, ...]:
    """What the second person of the office may say to an announcement."""
    return (
        numbered(Command.CONFIRM, number, "确认", style=Style.MAIN),
        numbered(Command.CANCEL, number, "取消", style=Style.CAREFUL),
    )


def leading() -> tuple[Choice, ...]:
    """What may be done about those who are behind."""
    return saying(Command.BEHIND), reminding("落后")


def reminding(whom: str) -> Choice:
    """`whom`: 落后, or the name of one step."""
    return Choice(label="提醒他们", says=f"{Command.REMIND} {whom}")


def received(number: int) -> Choice:
    """With the number: the newest announcement may be another one by then."""
    return Choice(label="收到", says=f"收到 {number}", style=Style.MAIN)


def next_action(outlook: Outlook) -> tuple[Choice, ...]:
    """The next step where it is a command that needs nothing to be filled in; mostly none."""
    if outlook.due is None:
        return ()
    match outlook.step:
        case Step.NO_CHOICE:
            return (saying(Command.RECOMMEND, style=Style.MAIN),)
        case Step.NO_EVIDENCE if outlook.untouched:
            code = outlook.untouched.partition(" ")[0]
            return (Choice(label=f"{code} 要交什么", says=f"{Command.POINT} {code}", style=Style.MAIN),)
        case Step.RETURNED if outlook.about is not None:
            return (numbered(Command.VIEW, outlook.about.number, "看退回原因", style=Style.MAIN),)
        case _:
            return ()


def mending(codes: Sequence[str]) -> Choice:
    """A whole choice without a fault, as the words beside it name it."""
    if not codes:
        return saying(Command.RECOMMEND, style=Style.MAIN)
    return Choice(label="就这样选", says=choose_words(codes), style=Style.MAIN)


def mending_swap(old: str, new: str) -> Choice:
    return Choice(label="就这样换", says=f"{Command.SWAP} {old} {new}", style=Style.MAIN)


def is_for_nothing(reply: Reply) -> bool:
    """Whether a tap that is answered so has changed nothing: what its card shows stays true, and stays to be tapped.

    The answer may go on behind these words.
    """
    return reply.body.startswith(_FOR_NOTHING)


def reading_on(pages: Sequence[Reply]) -> tuple[Reply, ...]:
    """更多 below each but the last, beside what can be tapped there already."""
    *before, last = pages
    return (*(replace(page, buttons=_with_more(page.buttons)) for page in before), last)


def _with_more(buttons: Buttons | None) -> Buttons:
    if buttons is None:
        return Buttons(about="后面还有", choices=(saying(Command.MORE),), aside=True)
    if len(buttons.choices) >= MOST_CHOICES:
        return buttons
    return replace(buttons, choices=(*buttons.choices, saying(Command.MORE)))


def more_points(left: int) -> str:
    """The title of a list for somebody with certified points."""
    return f"再选 {left} 个微能力点"


def pick_points(codes: Iterable[str], keep: Sequence[str], catalogue: Catalogue) -> Pick | None:
    """选点 from a list, of as many as fit there. `keep`: certified points, which are said along with what is picked."""
    options = [(code, catalogue[code].label) for code in codes if code not in keep][:MOST_OPTIONS]
    if not options:
        return None
    return Pick(says=" ".join((Command.CHOOSE.value, *keep)), options=tuple(options), label="就选这些")
