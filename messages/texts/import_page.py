"""What the office reads in a chat about imports that somebody does on the pages."""

from messages.outgoing import Answer, Data, answer, text


def second_wanted(proposer: str, name: str) -> str:
    """To the others of the office, where the plan wants a second person."""
    return f"{proposer} 在后台传了《{name}》，要另一位项目办的同事核对后才导入。发“后台”，在“导入”里看。"


def taken_back(by: str, name: str, people: int, reason: str) -> str:
    """To the others of the office."""
    return f"{by} 撤销了《{name}》的导入，改回 {people} 条。原因：{reason}"


def asked_to_take_back(name: str) -> Answer:
    return answer(text("正在撤销《", Data(name), "》的导入，刷新本页看结果。"))


def somebody_was_quicker(name: str) -> Answer:
    return answer(text("《", Data(name), "》刚才已经有人处理了，什么都没有改。下面是它现在的样子。"))


def approved(name: str) -> Answer:
    return answer(text("已确认，正在导入《", Data(name), "》。"))


def declined(name: str) -> Answer:
    return answer(text("《", Data(name), "》不导入了，文件已删除。"))


def looked_at_again(name: str) -> Answer:
    return answer(text("正在按新的选择再看一遍《", Data(name), "》。"))


def reversal_has_changed(name: str) -> Answer:
    return answer(text("撤销《", Data(name), "》会改的和你看到的不一样了，没有做。请再看一遍下面的清单。"))
