"""导出: the link to a workbook, or which one is meant."""

from collections.abc import Iterable

from messages.outgoing import Answer, Secret, answer, item, text

_HOLDS = {
    "验收": "各校和每个人的全部验收数据",
    "未完成": "没达标的人，卡在哪一步，怎么帮",
    "排名": "现在的学校排名",
}


def which(kinds: Iterable[str]) -> Answer:
    return answer(
        "要导出哪一种？",
        *(item(f"发“导出 {kind}”：{_HOLDS[kind]}") for kind in kinds),
        "名册、审计记录、一所学校的表、某一天的排名：发“后台”，在“导出表格”里选。",
    )


def link(kind: str, address: str, minutes: int) -> Answer:
    return answer(
        text(f"下载{kind}表格（{_HOLDS[kind]}）：", Secret(address)),
        "打开链接的时候按那一刻的数据做表，第一页写着数据截至哪天、按什么规则算、谁没有计入。",
        f"{minutes} 分钟内有效，只能用一次。里面有老师的名字，请不要转发。过期了再发“导出 {kind}”。",
    )
