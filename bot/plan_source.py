"""What the plan's values mean and where each comes from: the words are the comments of the built-in file itself."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

_SECTION: Final = re.compile(r"^\[\[?(?P<name>[\w.-]+)\]?\]\s*(?:#\s*(?P<words>.+))?$")
_VALUE: Final = re.compile(r'^(?P<key>[a-z_]+)\s*=(?:"[^"]*"|[^#"])*(?:#\s*(?P<words>.+))?$')
# What the file does not explain, because its reader sees it there.
_PLAIN: Final = {
    "name": "名称",
    "county": "县市",
    "document": "依据的文件",
    "office": "有问题找谁",
    "number": "第几阶段",
    "first": "第一天",
    "last": "最后一天",
    "start": "从几点",
    "end": "到几点",
    "on": "开关",
    "at": "几点",
    "days": "哪些天",
    "until": "错过了，补到几点",
    "every_workday_before_due": "到期前几天起，每个工作日都做",
}
_TITLES: Final = {
    "programme": "项目",
    "requirement": "学习合格",
    "practice": "线下实践学时",
    "choice": "选点和学校范围",
    "stages": "阶段",
    "deadline": "截止日期",
    "binding": "绑定码",
    "review": "审核",
    "ranking": "排名",
    "quiet": "不打扰的时间",
    "groups": "发到群里的",
    "announcements": "公告",
    "reminders": "提醒",
    "conversation": "和机器人说话",
    "buttons": "按钮",
    "pages": "网页",
    "retention": "保存多久",
    "backup": "备份",
    "workdays": "工作日",
    "jobs": "定时任务",
}


@dataclass(frozen=True, slots=True)
class PlanSource:
    """Which values somebody's own file gives; "" = there is none."""

    file: str = ""
    given: frozenset[str] = frozenset()  # "requirement.online", "jobs.reminders.at", "stages"

    def gives(self, key: str) -> bool:
        return key in self.given


def read_source(path: Path | None) -> PlanSource:
    """Of a plan file that `bot.plan_file` has read without a fault."""
    if path is None:
        return PlanSource()
    document = tomllib.loads(path.read_text("utf-8-sig"))
    given = {"stages"} & document.keys()
    for section, values in document.items():
        if isinstance(values, dict):
            given |= set(_keys(section, values))
    return PlanSource(path.name, frozenset(given))


def meanings() -> Mapping[str, str]:
    """By full key, "deadline.soft": what the value means."""
    built_in = files("bot").joinpath("data", "county-plan.toml").read_text("utf-8")
    found: dict[str, str] = {}
    section = ""
    for line in built_in.splitlines():
        if head := _SECTION.match(line):
            section = head["name"]
        elif value := _VALUE.match(line):
            key = value["key"]
            found[f"{section}.{key}"] = value["words"] or _PLAIN.get(key, key)
    return found


def title(section: str) -> str:
    return _TITLES.get(section, section)


def _keys(section: str, values: Mapping[str, object]) -> list[str]:
    found = []
    for key, value in values.items():
        if isinstance(value, dict):
            found += _keys(f"{section}.{key}", value)
        else:
            found.append(f"{section}.{key}")
    return found
