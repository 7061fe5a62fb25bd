"""What the office is told when the ranking was not posted because its data are too old."""

from datetime import date

from messages.outgoing import Answer, answer, text
from messages.texts.wording import full_day


def stale(day: date, online_as_of: date | None, most_days: int) -> Answer:
    if online_as_of is None:
        why = "还没有导入过线上学时"
    else:
        why = f"线上数据截至 {full_day(online_as_of)}，已经过了 {(day - online_as_of).days} 天，超过 {most_days} 天"
    return answer(
        text(f"{full_day(day)}的排名没有发到群里：{why}。"),
        f"下一步：导入最新的线上学时，再请管理员运行 python -m bot job daily-ranking --date {day.isoformat()} 补发。",
    )
