"""Which statement needs which index: `python -m tests.bench plans [--people 300000] > docs/query-plans.md`.

A generated province on PostgreSQL is used as people use it: pages, messages, announcements, delivery, an import,
summaries. Every statement is explained with the values it came with before it runs, and the server's own counts
say how often an index was used, which tells of the references too that it looks up by itself.
"""

import argparse
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar, Final

import psycopg
import uvloop
from sqlalchemy import Connection, event, text

from bot.clock import SHANGHAI
from bot.intake import Delivery, Intake
from bot.logs import configure_logs
from bot.metrics import Metrics
from bot.pages.desk import Desk
from bot.pages.registry import REGISTRY
from bot.policy.outgoing import Kind
from messages.incoming import IncomingMessage, Platform
from messages.incoming import Kind as Heard
from storage import chat_groups, page_sessions
from storage.database import Database
from storage.outbox import Post, post
from tests.bench import generator, growth, outbox, pages, server
from tests.bench.archetypes import NOW

PEOPLE: Final = 300_000
_USES: Final = re.compile(
    r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on|Arbiter Indexes:) (\w+)"
)
_VERBS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")
_SAID: Final = (
    "我的学时", "还差什么", "我的微能力点", "我的提交", "我的主页", "排名", "待审", "本校", "本组", "谁还没完成",
    "后台", "提醒", "查 示甲乙", "公告", "公告 老师 请在周五前交齐材料。", "确认", "收到", "申诉 学时少了", "退订提醒",
    "提交 A5 https://pan.example.com/s/1abcdefgh 课堂导入", "选择 A1 A5 B2", "备案", "简报", "验收", "帮助",
)  # fmt: skip
_INDEXES: Final = """
SELECT s.indexrelname, s.relname, s.idx_scan, i.indisunique, pg_relation_size(s.indexrelid) / 1048576.0
FROM pg_stat_user_indexes s JOIN pg_index i ON i.indexrelid = s.indexrelid
WHERE s.relname <> 'alembic_version' ORDER BY s.relname, s.indexrelname
"""
# Tables that the work below leaves empty, or commands that it does not say: where their statements stand.
_ARGUED: Final = {
    "ix_activity_group_id_day": "storage.activities: 一个教研组一段时间的活动",
    "ix_announcement_corrects": "storage.corrections: 一条公告的更正",
    "ix_announcement_state": "storage.announcements: due、waiting_for、expired，每分钟查一次",
    "ix_appeal_person_id": "storage.appeals、own_data: 一个人的申诉",
    "ix_appeal_state": "storage.appeals、today: 还没答复的申诉",
    "ix_binding_attempt_platform_folded_at": "storage.bindings: 一个帐号最近输错的绑定码",
    "ix_binding_code_person_id": "storage.bindings: 作废一批人的绑定码",
    "ix_entry_link_person_id": "storage.entry_links: 作废或清理一个人的登录链接",
    "ix_evidence_decided_by_decided_at": "storage.review: 审核人最近的决定；authors: 谁审过",
    "ix_evidence_link_checked_at": "storage.link_checks: 最久没有检查的链接",
    "ix_file_preview_import_id": "storage.imports_done: 导入记录找回它的文件",
    "ix_filing_school_id": "storage.filings: 一所学校的备案",
    "ix_outbox_group_id_done_at": "storage.group_pages: 一个有麻烦的群最近一次为什么被拒",
    "ix_outbox_picture_id": "storage.retention: 清理没有消息再用的图片",
    "ix_owed_reply_due": "storage.owed: 到时间的回复，每秒查几次",
    "ix_page_session_person_id": "storage.page_sessions: 一个人登录过的浏览器",
    "ix_paper_author_id": "storage.papers: 一位作者的案例",
    "ix_paper_group_id": "storage.papers: 一个教研组的简报",
    "ix_paper_school_id": "storage.papers: 一所学校的材料",
    "ix_person_state_change_person_id": "storage.own_data、ranking_changes: 一个人的状态变化",
    "ix_ranking_row_school_id": "storage.ranking_trends: 一所学校的名次走势",
    "ix_recall_next_try_at": "storage.taking_back: 到时间的撤回",
    "ix_received_file_person_id": "storage.received_files: 一个人还没处理完的文件",
    "ix_received_file_state": "storage.received_files: 等着处理的文件",
    "ix_theme_group_id": "storage.activities: 一个教研组的研修主题",
}
_MOST_EACH: Final = 40
"""The same words are explained so often: their values may lead elsewhere."""
_LONGEST: Final = 260


class Explained(psycopg.Cursor[Any]):
    """Asks for the plan of everything before it is run."""

    times: ClassVar[Counter[str]] = Counter()
    found: ClassVar[dict[str, tuple[str, str]]] = {}  # by index: a statement, and the line of its plan

    def execute(self, query: Any, params: Any = None, **options: Any) -> "Explained":
        self._explain(query, params)
        return super().execute(query, params, **options)

    def executemany(self, query: Any, params_seq: Any, **options: Any) -> None:
        rows = list(params_seq)
        if rows:
            self._explain(query, rows[0])
        super().executemany(query, rows, **options)

    def _explain(self, query: Any, params: Any) -> None:
        if not isinstance(query, str) or not query.lstrip().startswith(_VERBS):
            return
        if self.times[query] >= _MOST_EACH:
            return
        self.times[query] += 1
        super().execute(f"EXPLAIN (COSTS OFF) {query}", params)
        for (line,) in self.fetchall():
            for index in _USES.findall(line):
                self.found.setdefault(index, (query, line.strip(" ->")))


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench plans")
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args(arguments).people
    configure_logs("error", "json")
    with growth.province(people) as (database, _):
        event.listen(database.engine, "connect", _record)
        database.engine.dispose()  # from here on every connection is recorded
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_stat_reset()"))
        for work in (_every_page, _messages, _delivery, growth.measured):
            work(database)
        with database.reading() as connection:
            print("\n".join(_document(connection, people)))


def _record(connection: Any, _record: object) -> None:
    connection.cursor_factory = Explained


def _every_page(database: Database) -> None:
    where = pages.ground(database)
    desk = Desk(where, REGISTRY)
    with database.writing() as connection:
        tokens = {
            who: page_sessions.begin(connection, who, at=where.clock.real_ms(), hours=12)
            for who in (generator.OFFICE, _principal(connection), _leader(connection))
        }
    for entry, asked in pages.listed(database):
        for token in tokens.values():
            desk.make(entry, asked, token)
    desk.close()


def _principal(connection: Connection) -> int:
    """Of a school that is not the office's own."""
    return int(
        connection.scalar(text("SELECT min(person_id) FROM role WHERE role = 'principal' AND school_id = 2"))
    )


def _leader(connection: Connection) -> int:
    return int(
        connection.scalar(text("SELECT max(person_id) FROM role WHERE role = 'leader' AND school_id = 2"))
    )


def _messages(database: Database) -> None:
    """As the office, a principal, a leader and a teacher may say them."""
    where = pages.ground(database)
    intake = Intake(
        plan=where.plan,
        catalogue=where.catalogue,
        secret_key=generator.KEY,
        reaches=frozenset({Platform.WECOM}),
        metrics=Metrics(),
    )
    with database.reading() as connection:
        speakers = [generator.OFFICE, _principal(connection), _leader(connection), 20_001]
    number = 0
    for speaker in speakers:
        for said in _SAID:
            number += 1
            at = NOW + number * 60_000
            message = IncomingMessage(
                platform=Platform.WECOM,
                key=f"m{number}",
                account=f"w{speaker}",
                chat="",
                kind=Heard.TEXT,
                text=said,
                sent_at=at,
            )
            delivery = Delivery(message, f"{number}", at, datetime(2024, 5, 20, 10, tzinfo=SHANGHAI))
            with database.writing() as connection:
                intake.together(connection, [delivery])


def _delivery(database: Database) -> None:
    """Into groups on a server of ours."""
    with TemporaryDirectory() as name:
        port = server.free_port()
        with server.running(["tests.bench.outbox", str(port)], port, {}, Path(name) / "webhooks.log"):
            base = f"http://127.0.0.1:{port}"
            with database.writing() as connection:
                groups = [_bound(connection, base, number) for number in range(20)]
                posts = (
                    Post(key=f"p{n}", kind=Kind.RANKING, answer=outbox._said(n), group_id=groups[n % 20])
                    for n in range(200)
                )
                post(connection, posts, at=outbox.SystemClock().real_ms())
            uvloop.run(outbox._drained(database, base, 200))


def _bound(connection: Connection, base: str, number: int) -> int:
    chat = chat_groups.Binding(
        way=outbox.Way.WECOM_WEBHOOK, address=outbox._webhook(base, number), school_id=None
    )
    return chat_groups.bind(connection, chat, outbox.SEALING, at=NOW, by="operator").group.id


def _document(connection: Connection, people: int) -> Iterator[str]:
    version = connection.scalar(text("SHOW server_version"))
    rows = connection.execute(text(_INDEXES)).all()
    yield "# 索引与查询计划"
    yield ""
    yield f"本页由 `python -m tests.bench plans --people {people} > docs/query-plans.md` 打印，不要手改。"
    yield f"PostgreSQL {version}，{people:,} 人、{people // growth.A_SCHOOL:,} 所学校（`tests/bench/generator.py`）。"
    yield "“次数”是服务器自己的计数（`pg_stat_user_indexes`），连外键检查在内；计划是语句运行前带着当时的值 EXPLAIN 的。"
    yield ""
    yield "| 索引 | 表 | MiB | 次数 | 计划中的一行，和它的语句 |"
    yield "|---|---|---|---|---|"
    for index, table, scans, unique, size in rows:
        yield f"| `{index}` | {table} | {size:.1f} | {scans:,} | {_reason(index, scans, unique=unique)} |"


def _reason(index: str, scans: int, *, unique: bool) -> str:
    if index in Explained.found:
        statement, line = Explained.found[index]
        words = " ".join(statement.split()).replace("|", "\\|")
        return f"{line}<br>`{words[:_LONGEST]}{'…' if len(words) > _LONGEST else ''}`"
    if unique:
        return "约束：同样的东西只有一份" + ("；外键检查也用它" if scans else "")
    if scans:
        return "用到了，没有记下是哪一句（外键检查，或同一句带着别的值）"
    return f"这次没有用到；{_ARGUED[index]}" if index in _ARGUED else "**没有用到**"
