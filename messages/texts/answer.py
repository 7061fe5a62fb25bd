"""答复 and 更正: an appeal is answered, and what the appellant hears."""

from messages.commands import Command
from messages.outgoing import Answer, Data, answer, text
from messages.texts.evidence_words import receipt, shortened


def answered(number: int, name: str, said: str, *, before: str, corrected: bool) -> Answer:
    """`before`: who had answered already; "" for nobody."""
    verb = "已答复，标为已更正" if corrected else "已答复"
    again = (text(Data(before), "先前答复过，原话还在记录里，本人看到的是你这一条。"),) if before else ()
    data = ("数据本身不会因此改变：学时用导入更正，审核结果用“重开 编号 原因”。",) if corrected else ()
    return answer(
        text(f"{receipt(number)}（", Data(name), f"）{verb}：“", shortened(said, 60), "”"),
        *again,
        *data,
        text("已告诉", Data(name), "。"),
    )


def same_answer(number: int) -> Answer:
    return answer(f"{receipt(number)} 已经是这个答复，没有再发一次。")


def not_yours(number: int) -> Answer:
    """Also of what exists and is not for the asker's eyes."""
    return answer(f"没有你能答复的{receipt(number)}，发“申诉列表”看编号。")


def own_case(number: int) -> Answer:
    return answer(f"{receipt(number)} 是你自己提的，不能自己答复，由本校其他负责人或项目办答复。")


def how_to_answer(command: Command) -> Answer:
    return answer(f"要写上一个编号和内容，例如“{command} 12 已核对，数据没有错”。编号发“申诉列表”看。")


def correct_not_open(number: int) -> Answer:
    """Evidence and filings have words of their own."""
    return answer(f"{receipt(number)} 不是公告，也不是申诉，没有更正。审核结果要改，发“重开 {number} 原因”。")


def notice_answered(number: int, answerer: str, said: str, *, corrected: bool) -> str:
    """What the appellant hears."""
    verb = "已更正" if corrected else "有答复了"
    return (
        f"你的申诉（{receipt(number)}）{verb}，{answerer}说：“{shortened(said).text}”。"
        f"看全文发“查看 {number}”，还有疑问再发“申诉 内容”。"
    )
