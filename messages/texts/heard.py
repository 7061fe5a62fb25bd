"""What is said to speech: what was heard, and that an order is carried out only once it is confirmed by hand."""

from messages.outgoing import Answer, Data, answer, quote, text
from messages.texts.evidence_words import shortened

_MOST = 100


def heard(said: str) -> Answer:
    """Before every answer to a voice message."""
    return answer(quote("听到的是“", shortened(said, _MOST), "”。"))


def heard_as(meant: str, minutes: int) -> Answer:
    """`meant`: the order as one would type it."""
    return answer(
        text("要做的是“", Data(meant), "”，还没有执行。"),
        f"对就打字回复“确认”，或点按钮（{minutes} 分钟内有效）；不对就再说一遍，或者打字。",
    )


def not_confirmed_by_voice() -> Answer:
    """What is confirmed may be for many people, and one word is easily misheard."""
    return answer("语音不能确认，还没有执行。请打字回复“确认”，或点按钮。")


def code_not_by_voice() -> Answer:
    """Nothing of it is repeated: a binding code is a password."""
    return answer("绑定码说出来容易听错，没有执行。请打字发“绑定 姓名 绑定码”。")
