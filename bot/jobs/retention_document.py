"""docs/retention.md: what goes after how many days and why, what stays, printed from the rules themselves."""

from collections.abc import Iterable
from typing import Final

from bot.plan_sections import RetentionSection
from bot.policy.plan import RetentionRule
from storage.retention import KEPT, RULES
from storage.retention_rule import Rule

_OPENING: Final = """\
# 什么保存多久

本页由程序里的规则表生成（`make docs`），测试逐格核对。每天凌晨由任务 `retention`（清理到期数据）照这张表做：
每次只动一点，不耽误收发消息；一次最多做两分钟，没做完的第二天接着做，中途断电也没有关系。
做了多少记在审计里。SQLite 的数据库文件不会变小，空出来的地方会再用。

天数在方案文件的 `[retention]` 里改，改了方案重启就生效；写着“固定”的不能改。

| 表 | 哪些 | 怎么办 | 多久以后 | 从哪天算 | 为什么 |
| --- | --- | --- | --- | --- | --- |
"""
_STAYS: Final = """
## 一直保存的

下面这些表，清理任务一行也不碰：

| 是什么 | 表 |
| --- | --- |
"""
_CLOSING: Final = """
- 材料的链接每次查看只记最近一次的结果，记在链接自己那一行，没有旧结果要清理。
- 聊天平台上的消息由平台保存，机器人删不掉；日志保存多久由运行机器人的人定。
- 备份里有备份那天的全部内容，备份保存多久见 docs/backup.md。
"""


def document(days: RetentionRule) -> str:
    """`days`: those of the built-in plan."""
    rows = "".join(_line(_cells(rule, days)) for rule in RULES)
    kept = "".join(_line((what, "、".join(f"`{name}`" for name in tables))) for what, tables in KEPT.items())
    return f"{_OPENING}{rows}{_STAYS}{kept}{_CLOSING}"


def _cells(rule: Rule, days: RetentionRule) -> Iterable[str]:
    yield f"`{rule.table.name}`"
    yield rule.rows
    yield rule.fate.value
    limit = f"{rule.limit(days)} 天"
    yield (
        f"{limit}（固定）" if isinstance(rule.days, int) else f"{limit}（`{rule.days}`，{_least(rule.days)}）"
    )
    yield rule.since
    yield rule.why


def _least(key: str) -> str:
    (least,) = (part.ge for part in RetentionSection.model_fields[key].metadata if hasattr(part, "ge"))
    return f"至少 {least}"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"
