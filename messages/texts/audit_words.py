"""The audit log in Chinese: what was done, by whom, and what the line says of it."""

import json
from collections.abc import Mapping
from typing import Any, Final

from messages.incoming import Platform
from messages.texts.wording import PLATFORMS, hours, masked

ACTIONS: Final[Mapping[str, str]] = {
    "acceptance.reminded": "按验收提醒了学校",
    "account.bound": "绑定了账号",
    "account.locked": "绑定码输错太多，锁住",
    "account.unbound": "解除了账号绑定",
    "activity.recorded": "记了教研活动",
    "announcement.acknowledged": "回了“收到”",
    "announcement.approved": "第二人确认了公告",
    "announcement.asked_again": "提醒没回“收到”的人",
    "announcement.cancelled": "取消了公告",
    "announcement.confirmed": "确认了公告",
    "announcement.delivery_viewed": "看了公告的发送情况",
    "announcement.expired": "公告等第二人过了时间",
    "announcement.listed": "列出了公告",
    "announcement.posted": "公告开始发",
    "announcement.recalled": "撤回了公告",
    "announcement.resent": "重发了公告",
    "appeal.answered": "答复了申诉",
    "appeal.corrected": "答复申诉：数据已更正",
    "appeal.opened": "提了申诉",
    "appeal.viewed": "看了申诉",
    "audit.viewed": "看了审计记录",
    "binding_code.issued": "发了绑定码",
    "choice.changed": "改了选点",
    "database.restored": "用备份恢复了数据库",
    "doctor.test_message": "发了测试消息",
    "duty.ticked": "给本校任务打勾",
    "duty.unticked": "取消了打勾",
    "entry_link.issued": "取了登录链接",
    "evidence.dropped": "换点，材料不再用",
    "evidence.excellent": "定为优秀",
    "evidence.extraction": "补了提取码",
    "evidence.named": "看了带姓名的材料",
    "evidence.passed": "定为合格",
    "evidence.reopened": "重开了材料",
    "evidence.resubmitted": "再交了一版材料",
    "evidence.returned": "退回了材料",
    "evidence.submitted": "交了材料",
    "evidence.viewed": "看了材料",
    "evidence.withdrawn": "撤回了材料",
    "export.made": "导出了表格",
    "figures.frozen": "冻结了验收数据",
    "figures.thawed": "解冻了验收数据",
    "file.confirmed": "确认了导入",
    "file.declined": "退回了要导入的表格",
    "file.downloaded": "下载了导入的核对表",
    "file.received": "收到要导入的表格",
    "file.viewed": "看了导入会改什么",
    "filing.filed": "备案通过",
    "filing.handed_in": "交了备案材料",
    "filing.returned": "退回了备案材料",
    "group.bound": "绑定了群",
    "group.tried": "往群里试发了一条",
    "group.unbound": "解绑了群",
    "import online-hours": "导入线上学时",
    "import practice-hours": "导入实践学时",
    "import roster": "导入花名册",
    "import schools": "导入学校",
    "import.looked_at_reversal": "看了撤销导入会改什么",
    "import.take_back": "撤销了一次导入",
    "issue binding code": "发了绑定码",
    "grant role": "授予了角色",
    "revoke role": "收回了角色",
    "list people": "列出了人员",
    "list.viewed": "看了名单",
    "job.asked": "请定时任务现在做一次",
    "online.counted": "线上学时改为计入",
    "online.uncounted": "线上学时不再计入",
    "outbox.dismissed": "没送到的消息不再管",
    "outbox.listed": "看了发件箱",
    "outbox.replayed": "没送到的消息再发一次",
    "page.entered": "登录了网页",
    "page.left": "退出了网页",
    "paper.agreed": "同意报为案例",
    "paper.declined": "不同意报为案例",
    "paper.handed_in": "交了简报、总结或案例",
    "paper.viewed": "看了简报、总结或案例",
    "people.reminded": "提醒了落后的人",
    "people.searched": "查了人员",
    "person.state": "改了人员状态",
    "person.viewed": "看了一个人的全部记录",
    "plan": "方案变了，重新计算",
    "practice.reversed": "冲销了实践学时",
    "progress.viewed": "看了进度里的姓名",
    "reminders.paused": "暂停了提醒",
    "reminders.resumed": "恢复了提醒",
    "scope.handed_in": "交了本校范围",
    "summary.named": "进度汇总里有姓名",
    "theme.set": "定了研修主题",
}
"""By the word in the log; one that is missing is shown as it stands."""

_DETAILS: Final[Mapping[str, str]] = {
    "number": "编号",
    "numbers": "编号",
    "version": "版本",
    "code": "微能力点",
    "codes": "微能力点",
    "reason": "原因",
    "school": "学校序号",
    "group": "群的序号",
    "school_before": "原来的学校序号",
    "in_place_of": "顶替的群",
    "way": "通道",
    "file": "文件",
    "import": "导入序号",
    "as_of": "数据截至",
    "messages": "消息数",
    "keys": "消息编号",
    "people": "人",
    "job": "任务",
    "date": "日期",
    "kind": "种类",
    "state": "状态",
    "role": "角色",
    "note": "说明",
    "purpose": "用途",
    "before": "原来",
    "after": "改成",
    "added": "新增",
    "changed": "改动",
    "unchanged": "没变",
    "unmatched": "对不上",
    "suspicious": "可疑",
    "skipped": "跳过",
    "rows": "行",
    "refreshed": "只更新日期",
    "absent": "表里没有的人",
    "faults": "读不懂",
    "left": "没有改回",
    "reverts": "撤销的导入",
    "hours": "学时",
    "set_aside": "保留原来的",
    "counts": "核对结果",
    "name": "名称",
    "page": "页面",
    "list": "名单",
    "words": "查的词",
    "items": "份数",
    "schools": "学校序号",
    "groups": "教研组序号",
    "county": "全县",
    "ending": "格式",
    "day": "日期",
    "about": "关于",
    "account": "账号",
    "answer": "答复",
    "asked": "要求的",
    "copies": "条数",
    "duty": "任务",
    "elsewhere": "别处的登录",
    "everywhere": "所有的登录",
    "filter": "名单",
    "finished": "做完了",
    "freeze": "冻结序号",
    "left_out": "不在内",
    "link": "链接",
    "links": "链接数",
    "on_behalf": "代审",
    "piece": "哪一处",
    "platform": "平台",
    "position": "第几个链接",
    "replaced": "替换的",
    "shelf": "哪一栏",
    "slot": "哪一份",
    "text": "内容",
    "told": "告诉了",
    "uncertain": "不确定",
    "units": "单位",
    "until": "到哪天",
    "voided": "绑定码作废的人",
    "was": "原来是",
}
_KINDS: Final[Mapping[str, str]] = {
    "online-hours": "线上学时",
    "practice-hours": "实践学时",
    "roster": "名册",
    "schools": "学校",
    "acceptance": "验收表",
    "unfinished": "未完成名单",
    "ranking": "学校排名",
    "audit": "审计记录",
    "office": "后台",
    "me": "我的主页",
    "export": "取表格",
}
_MOST_CHARACTERS: Final = 300


def action_word(action: str) -> str:
    return ACTIONS.get(action, action)


def actor_word(actor: str, names: Mapping[int, str]) -> str:
    """`names`: of people, by id."""
    kind, _, which = actor.partition(":")
    if kind == "person" and which.isdecimal():
        return names.get(int(which), f"已不在的人（{which}）")
    if kind in set(Platform):
        return f"{PLATFORMS[Platform(kind)]}没绑定的账号 {masked(which)}"
    return {"operator": "管服务器的人", "timetable": "定时任务"}.get(actor, actor)


def detail_words(detail: Mapping[str, Any]) -> str:
    """All of it, however long."""
    return "；".join(
        f"{_label(key, value)} {_value(key, value)}"
        for key, value in detail.items()
        if value not in ([], None, "")
    )


def detail_line(detail: Mapping[str, Any]) -> str:
    """For a page: what is long is cut, the export has all of it."""
    said = detail_words(detail)
    return said if len(said) <= _MOST_CHARACTERS else said[: _MOST_CHARACTERS - 1] + "…"


def _label(key: str, value: object) -> str:
    """A school is noted by its number, by an import of schools with its name."""
    return "学校" if key == "school" and isinstance(value, str) else _DETAILS.get(key, key)


def _value(key: str, value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "、".join(f"{_DETAILS.get(one, one)} {_value(one, part)}" for one, part in value.items())
    if key == "hours":  # hundredths; of a change before and after
        both = value if isinstance(value, list) else [value]
        return " → ".join(hours(one) if isinstance(one, int) else str(one or "没有数据") for one in both)
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return "、".join(map(str, value))
    if not isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return _KINDS.get(value, value) if key in {"kind", "purpose"} else value
