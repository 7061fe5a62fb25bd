"""What the office is told about jobs that did not run, and about days that nobody has decided yet."""

from collections.abc import Sequence
from datetime import date, time

from messages.outgoing import Answer, answer, item
from messages.texts.wording import clock_time, full_day, listed

JOB_WORDS = {
    "daily-ranking": "每日排名",
    "leader-summary": "进度汇总",
    "reminders": "提醒",
    "link-check": "查看链接",
    "retention": "清理到期数据",
    "backup": "备份",
    "silent-groups": "检查群消息",
    "ranking-correction": "排名更正",
    "calendar": "检查工作日表",
    "announcements": "定时公告",
}
_MOST_DAYS = 5  # named in one sentence


def job_word(name: str) -> str:
    """As the office calls it."""
    return JOB_WORDS.get(name, name)


def missed(name: str, days: Sequence[date], at: time, until: time | None) -> Answer:
    """`days`: of the runs, the oldest first."""
    made_up = "" if until is None else f"，到 {clock_time(until)} 也没有补上"
    if len(days) == 1:
        what = f"“{job_word(name)}”没有运行：{full_day(days[0])} {clock_time(at)} 那一次{made_up}。"
    else:
        named = listed(full_day(day) for day in days[-_MOST_DAYS:])
        last = "" if len(days) <= _MOST_DAYS else f"最近 {_MOST_DAYS} 次是"
        what = f"“{job_word(name)}”有 {len(days)} 次没有运行（{clock_time(at)}）：{last}{named}。"
    return answer(
        what,
        item("多半是那时机器人没有开着，或者连不上数据库。"),
        item("还要做的话，请管服务器的人运行：", by_hand(name, days[-1])),
    )


def failed(name: str, day: date, at: time, *, tries: int, why: str) -> Answer:
    """`why`: a sentence."""
    return answer(
        f"“{job_word(name)}”没有做成：{full_day(day)} {clock_time(at)} 那一次，试了 {tries} 次。",
        item(f"原因：{why}"),
        item("排除以后，请管服务器的人运行：", by_hand(name, day)),
    )


def by_hand(name: str, day: date) -> str:
    """The command that runs it."""
    return f"python -m bot job {name} --date {day.isoformat()}"


def crashed(kind: str) -> str:
    """Why, when the program is to blame; `kind`: of the exception."""
    return f"程序出错（{kind}），详情在日志里。"


STOPPED_HALFWAY = "做到一半停了，没有做完。"


def unknown_year(year: int) -> Answer:
    return answer(
        f"还没有 {year} 年的放假和调休安排，{year} 年只能按周一到周五算工作日。",
        item(
            f"请把国务院公布的 {year} 年日期写进方案文件的 [workdays]："
            "off 写放假的日子，on 写调休上班的日子，然后重启机器人。"
        ),
        item("也可以升级程序里的 chinesecalendar，新版本会带上这些日期。"),
    )
