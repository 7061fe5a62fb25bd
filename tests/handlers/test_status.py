"""状态: what the office hears in the chat about the bot itself."""

from datetime import date

from sqlalchemy import insert, update

from bot.policy.outgoing import Kind
from bot.policy.timetable import Outcome
from messages.commands import Command
from messages.incoming import Platform
from messages.outgoing import answer
from storage import channels, job_runs
from storage.delivery_tables import chat_group, job_run, outbox
from storage.outbox import Post, post
from storage.snapshots import advance_online_as_of
from storage.tables import inbox
from tests.handlers.conftest import AS_OF, OFFICE, OVERSEER, REAL_MS, TEACHER

MINUTE = 60_000
DAY = 24 * 60 * MINUTE


def group(number, **more):
    return {
        "id": number, "platform": "wecom", "way": "wecom.webhook", "address_hash": f"h{number}", "address": "sealed",
        "bound_at": 1, "bound_by": "operator", "title": f"示例群{number}", "stopped_at": None, **more,
    }  # fmt: skip


def test_a_new_installation_says_what_is_not_there_yet(county):
    assert county.ask(OFFICE, Command.STATUS) == (
        "收发正常，没有要处理的。\n"
        "还没有导入线上学时。\n"
        "还没有人发来消息，还没有发出过。\n"
        "没有等着发的。\n"
        "还没有绑定群。\n"
        "定时任务还没有跑过。\n"
        "要看详细的：发“后台”。\n"
        "数据截至 5月21日（周二）"
    )


def test_when_all_is_well_it_says_so_and_what_was_last_done(county):
    connection = county.connection
    advance_online_as_of(connection, AS_OF)
    connection.execute(
        insert(inbox).values(
            platform="wecom", key="k", folded="user1", chat="", received_at=REAL_MS - 5 * MINUTE, text="我的学时",
            command="我的学时", outcome="answered", reply="{}",
        )
    )  # fmt: skip
    connection.execute(insert(chat_group), [group(1), group(2)])
    post(connection, [Post(key="a", kind=Kind.RANKING, answer=answer("x"), group_id=1)], at=REAL_MS - DAY)
    connection.execute(update(outbox).values(state="sent", done_at=REAL_MS - DAY))
    seen = job_runs.seen(connection, "daily-ranking", AS_OF)
    claim = job_runs.take(connection, seen, at=REAL_MS - 10 * MINUTE, until=REAL_MS)
    job_runs.finish(
        connection, claim, job_runs.Ended(outcome=Outcome.DONE, detail="发了。", at=REAL_MS - DAY)
    )

    # 9:30 on Tuesday, 21 May.
    assert county.ask(OVERSEER, Command.STATUS) == (
        "收发正常，没有要处理的。\n"
        "线上数据截至 5月20日（周一）。\n"
        "最近收到 09:25，最近发出 5月20日 09:30。\n"
        "没有等着发的。\n"
        "绑定的群 2 个，都在发。\n"
        "最近的定时任务：每日排名 5月20日 09:30 做了。\n"
        "要看详细的：发“后台”。\n"
        "数据截至 5月21日（周二）"
    )


def test_everything_that_is_wrong_is_counted_and_named(county):
    connection = county.connection
    advance_online_as_of(connection, date(2024, 5, 11))
    connection.execute(insert(chat_group), [group(1, stopped_at=REAL_MS - DAY), group(2)])
    posts = [
        Post(key="waits", kind=Kind.CORRECTION, answer=answer("x"), group_id=2),
        Post(key="dead", kind=Kind.NOTICE, answer=answer("x"), person_id=TEACHER),
        Post(key="unsure", kind=Kind.NOTICE, answer=answer("x"), person_id=TEACHER),
        Post(key="seen to", kind=Kind.NOTICE, answer=answer("x"), person_id=TEACHER),
    ]
    post(connection, posts, at=REAL_MS - 3 * 60 * MINUTE)
    ended = update(outbox).values(done_at=REAL_MS)
    connection.execute(ended.where(outbox.c.key == "dead").values(state="dead", reason="again"))
    connection.execute(ended.where(outbox.c.key == "unsure").values(state="uncertain", reason="doubt"))
    connection.execute(ended.where(outbox.c.key == "seen to").values(state="dead", dismissed_at=REAL_MS))
    channels.pause(connection, Platform.DINGTALK, REAL_MS + MINUTE)
    connection.execute(
        insert(job_run).values(
            job="reminders", day=date(2024, 5, 17), holder="", leased_until=0, started_at=REAL_MS - 60 * MINUTE,
            finished_at=REAL_MS - DAY, outcome="skipped", detail="过了时间，没有运行。",
        )
    )  # fmt: skip

    # Data is ten days old, seven are let pass; groups should not wait for longer than two hours; the timetable
    # should not stand still for longer than a quarter of an hour.
    assert county.ask(OFFICE, Command.STATUS) == (
        "有 7 处要看一看。\n"
        "线上数据截至 5月11日（周六），已经 10 天没有更新。\n"
        "还没有人发来消息，还没有发出过。\n"
        "等着发的 1 条，最早 06:30 的，等得太久了。\n"
        "还没有处理的：没送到 1 条，不确定送到没有 1 条。\n"
        "钉钉暂时不让发，到时间自己恢复。\n"
        "停发的群 1 个：示例群1。\n"
        "定时任务从 08:30 起没有动过。\n"
        "最近一周没做好的定时任务：提醒 5月17日 错过了。\n"
        "最近的定时任务：提醒 5月17日 09:30 错过了。\n"
        "原因和办法都在网页上：发“后台”。\n"
        "数据截至 5月21日（周二）"
    )


def test_a_teacher_is_not_told(county):
    assert county.ask(TEACHER, Command.STATUS).startswith("“状态”只有项目办、领导小组可以用，没有执行。")
