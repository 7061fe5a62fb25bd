"""What is not kept for ever: one table of rules, and of everything else the reason why it stays."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy import ColumnElement, and_, func, or_, select

from storage.announcement_tables import reminded, reminder_pause
from storage.connection_tables import received_file
from storage.delivery_tables import job_run
from storage.import_tables import file_preview
from storage.page_tables import entry_link, job_request, page_session
from storage.received_files import OPEN
from storage.retention_rule import Fate, Moment, Rule, not_older, older
from storage.retention_talk import TALK
from storage.tables import audit, binding_attempt, binding_code, import_row, import_run

_WEEK, _MONTH, _LOCKS = 7, 30, 45  # days; nobody is locked out for longer than the last
_OPEN_FILES: Final = [state.value for state in OPEN]

# ── getting in ──

_DOORS: Final = (
    Rule(
        name="links",
        table=entry_link,
        rows="登录链接",
        days=_WEEK,
        since="失效那天",
        why="用旧链接来的，告诉他过期了；一周后不用再记",
        due=older(entry_link.c.expires_at, _WEEK),
    ),
    Rule(
        name="sessions",
        table=page_session,
        rows="网页登录",
        days=_MONTH,
        since="到期那天",
        why="本人能看到最近在哪里登录过",
        due=older(page_session.c.expires_at, _MONTH),
    ),
    Rule(
        name="codes",
        table=binding_code,
        rows="绑定码（只存加密值）",
        days=_MONTH,
        since="到期那天",
        why="过期的码用不了，发码和绑定都记在审计里",
        due=older(binding_code.c.expires_at, _MONTH),
    ),
    Rule(
        name="wrong-codes",
        table=binding_attempt,
        rows="输错的绑定码（只记时间和账号）",
        days=_LOCKS,
        since="输错那天",
        why="锁定账号靠它，最长锁四十多天",
        due=older(binding_attempt.c.at, _LOCKS),
    ),
)

# ── imports ──

_ENDED_FILES: Final = select(received_file.c.id).where(received_file.c.state.not_in(_OPEN_FILES))


def _old_file(moment: Moment) -> ColumnElement[bool]:
    ended = func.coalesce(received_file.c.ended_at, received_file.c.received_at)
    return and_(received_file.c.state.not_in(_OPEN_FILES), ended < moment.ago(moment.days.file_days))


_IMPORTS: Final = (
    Rule(
        name="files",
        table=received_file,
        fate=Fate.CLEAR,
        rows="交来的表格的内容（办完当时就删，这里兜底）",
        days="file_days",
        since="办完那天",
        why="数据已经导入，原件在交表的人手里",
        due=lambda moment: and_(
            _old_file(moment), or_(received_file.c.content.is_not(None), received_file.c.source != "")
        ),
        clears=lambda _moment: {"content": None, "source": ""},
    ),
    Rule(
        name="previews",
        table=file_preview,
        fate=Fate.CLEAR,
        rows="网页上显示的导入预览",
        days="file_days",
        since="办完那天",
        why="谁在什么时候导入了什么、改了谁，审计里有；预览里有很多人的名字",
        due=lambda moment: and_(
            file_preview.c.file_id.in_(select(received_file.c.id).where(_old_file(moment))),
            or_(file_preview.c.findings.is_not(None), file_preview.c.workbook.is_not(None)),
        ),
        clears=lambda _moment: {"findings": None, "workbook": None},
    ),
    Rule(
        name="import-rows",
        table=import_row,
        rows="导入时暂存的行（写完当时就删，这里兜底）",
        days="file_days",
        since="导入完那天",
        why="已经写进正式的表",
        due=lambda moment: import_row.c.import_id.in_(
            select(import_run.c.id).where(
                import_run.c.state == "applied",
                import_run.c.finished_at < moment.ago(moment.days.file_days),
            )
        ),
    ),
)

# ── records ──

_RECORDS: Final = (
    Rule(
        name="job-runs",
        table=job_run,
        rows="定时任务每天做了没有",
        days="record_days",
        since="那一天",
        why="补做只看最近 31 天；发过没有不靠它，靠消息自己的记录",
        due=lambda moment: and_(
            job_run.c.day < moment.day_ago(moment.days.record_days), job_run.c.leased_until <= moment.now_ms
        ),
    ),
    Rule(
        name="job-requests",
        table=job_request,
        rows="网页上点过的“补做”",
        days="record_days",
        since="做完那天",
        why="谁点的，审计里有",
        due=older(job_request.c.done_at, "record_days"),
    ),
    Rule(
        name="reminded",
        table=reminded,
        rows="谁哪天被提醒过",
        days="record_days",
        since="那一天",
        why="几个工作日内不重复提醒靠它",
        due=lambda moment: reminded.c.day < moment.day_ago(moment.days.record_days),
    ),
    Rule(
        name="pauses",
        table=reminder_pause,
        rows="过了期的“别提醒我”",
        days=_MONTH,
        since="期满那天",
        why="期满就不起作用",
        due=lambda moment: reminder_pause.c.until < moment.day_ago(_MONTH),
    ),
    Rule(
        name="audit",
        table=audit,
        rows="审计日志",
        days="audit_days",
        since="那一天",
        why="至少三年：三年以内的，数据库自己也不让删",
        due=older(audit.c.at, "audit_days"),
        young=not_older(audit.c.at, "audit_days"),
    ),
)

RULES: Final[tuple[Rule, ...]] = (*TALK, *_DOORS, *_IMPORTS, *_RECORDS)
"""In the order in which they are applied: a message before its picture."""

_PERSONAL, _RESULT, _PAPER, _RUNNING = (
    "名册和身份",
    "学时、材料和结果",
    "公文和公告",
    "机器人运行要用，很小",
)
KEPT: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        _PERSONAL: (
            *("school", "teaching_group", "person", "person_state_change", "role", "account"),
            *("open_userid", "chat_group"),
        ),
        _RESULT: (
            *("online_snapshot", "practice_entry", "choice", "certification", "standing"),
            *("evidence", "evidence_version", "evidence_link", "evidence_event", "appeal"),
            *("freeze", "frozen_standing", "ranking_snapshot", "ranking_row"),
            *("import_run", "import_reversal"),
        ),
        _PAPER: (
            *("number_series", "filing", "paper", "theme", "activity", "tick"),
            *("announcement", "acknowledgement", "recall"),
        ),
        _RUNNING: ("channel", "lease", "allowance", "fact", "summary_told"),
    }
)
"""Tables of which no rule ever touches a row."""
