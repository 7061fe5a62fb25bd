"""What is said to what could not be understood, and to what is no text."""

from bot.policy.points import Catalogue
from messages.commands import Understood
from messages.incoming import Kind
from messages.outgoing import Answer, answer, item
from messages.texts.points import impossible
from messages.texts.wording import listed

_INSTEAD = {
    Kind.IMAGE: "图片我看不了。查学时请发“我的学时”；材料请放到网盘或在线文档，发“提交 A5 链接”。",
    Kind.VOICE: "这段语音我没听出文字。请打字，或用手机键盘的语音输入，例如“还差什么”。",
    Kind.VIDEO: "视频我收不了。请放到网盘或在线文档，发“提交 A5 链接”。",
    Kind.FILE: "文件我收不了。材料请放到网盘或在线文档，发“提交 A5 链接”。",
    Kind.LOCATION: "位置我用不上。请打字告诉我，例如“还差什么”。",
}
_INSTEAD_FOR_OFFICE = {
    Kind.IMAGE: "图片我看不了。名册和学时请发表格文件（.xlsx 或 .csv），别的请打字。",
    Kind.VIDEO: "视频我收不了。要发给大家的，请放到网盘，把链接写进“公告”。",
    Kind.FILE: "这种文件我收不了。名册和学时请发表格文件（.xlsx 或 .csv），私聊发给我。",
}
_UNKNOWN_KIND = "这种消息我看不了。请打字告诉我，例如“还差什么”。"


def unknown(understood: Understood, catalogue: Catalogue) -> Answer:
    """Asks back with at most three lines that one could send instead."""
    first = _hinted(understood.hint, catalogue) or "没看懂，什么都没有执行。"
    if not understood.suggestions:
        return answer(f"{first}发“帮助”看我能做什么。")
    lines = (item(_with_names(line, catalogue)) for line in understood.suggestions[:3])
    return answer(f"{first}你是不是想发：", *lines)


def _with_names(line: str, catalogue: Catalogue) -> str:
    """A code is always shown with its name."""
    named = [catalogue[word].name for word in line.split() if word in catalogue]
    return f"{line}（{listed(named)}）" if named else line


def _hinted(hint: str, catalogue: Catalogue) -> str:
    """What is special about it; "" where nothing is."""
    match hint.partition(":"):
        case "code-unknown", _, code:
            return f"{impossible(code, catalogue)}。什么都没有执行。"
        case "course-outdated", _, code:
            return f"{code} 是提升工程 1.0 的编号，2.0 里没有。什么都没有执行。"
        case "somebody-else", _, _:
            return "这里只能查你自己的，别人的要由本人来查。"
        case _:
            return ""


def not_text(kind: Kind, *, office: bool = False) -> Answer:
    """`office`: for the project office, which may send spreadsheets."""
    said = _INSTEAD_FOR_OFFICE.get(kind) if office else None
    return answer(said or _INSTEAD.get(kind, _UNKNOWN_KIND))
