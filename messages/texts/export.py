"""导出: the link to a workbook, or which one is meant."""

from collections.abc import Iterable
from datetime import date

from messages.outgoing import Answer, Secret, answer, item, text
from messages.texts.wording import full_day

_HOLDS = {
    "验收": "各校和每个人的全部验收数据",
    "未完成": "没达标的人，卡在哪一步，怎么帮",
    "排名": "现在的学校排名",
}


def which(kinds: Iterable[str]) -> Answer:
    return answer(
        "要导出哪一种？",
        *(item(f"发“导出 {kind}”：{_HOLDS[kind]}") for kind in kinds),
        "某一天发过的排名：发“导出 排名 5月20日”，日期换成那一天。",
        "名册、审计记录、一所学校的表：发“后台”，在“导出表格”里选。",
    )


def link(kind: str, address: str, minutes: int, *, posted: date | None = None) -> Answer:
    """`posted`: the day whose ranking it is; None = all as it is when the link is opened."""
    if posted is not None:
        return _link_to_posted(kind, address, minutes, posted)
    return answer(
        text(f"下载{kind}表格（{_HOLDS[kind]}）：", Secret(address)),
        "打开链接的时候按那一刻的数据做表，第一页写着数据截至哪天、按什么规则算、谁没有计入。",
        f"{minutes} 分钟内有效，只能用一次。里面有老师的名字，请不要转发。过期了再发“导出 {kind}”。",
    )


def _link_to_posted(kind: str, address: str, minutes: int, day: date) -> Answer:
    return answer(
        text(f"下载{kind}表格（{day.year}年{full_day(day)}发的学校排名）：", Secret(address)),
        "表里是当天发出去的排名，有更正的按更正后的。第一页写着数据截至哪天、按什么规则算；当天没有计入的名单没有存下来。",
        f"{minutes} 分钟内有效，只能用一次。过期了再发“导出 {kind} {day.isoformat()}”。",
    )
