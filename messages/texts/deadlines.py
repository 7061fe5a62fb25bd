"""截止时间: which stage it is, how many days are left, and what each date is for."""

from datetime import date, timedelta

from bot.policy.calendar import Phase, ProgrammeDay, days_left
from bot.policy.plan import LatePolicy, Plan
from messages.outgoing import Answer, answer, item, quote
from messages.texts.wording import day, full_day


def deadlines(plan: Plan, where: ProgrammeDay, today: date) -> Answer:
    dates = plan.deadlines
    return answer(
        _first(plan, where, today),
        item(f"{full_day(dates.soft)}：交微能力点材料，{_left(dates.soft, today)}。{_grace(plan)}"),
        item(f"{full_day(dates.summary)}：交学校总结和案例，{_left(dates.summary, today)}。"),
        item(f"{full_day(dates.hard)}：线上学时和认证全部完成，{_left(dates.hard, today)}。{_late(plan)}"),
        quote(f"按 {full_day(today)}计算，截止当天都算在内。"),
    )


def _first(plan: Plan, where: ProgrammeDay, today: date) -> str:
    dates = plan.deadlines
    soft, hard = days_left(today, dates.soft), days_left(today, dates.hard)
    if hard < 0:
        return f"全部期限已过，最后一天是 {full_day(dates.hard)}。"
    if soft >= 0:
        left = f"离交材料还有 {soft} 天，离全部完成还有 {hard} 天"
    elif today <= dates.grace:
        left = f"今天交材料不算晚，离全部完成还有 {hard} 天"
    else:
        left = f"交材料的日期已过，离全部完成还有 {hard} 天"
    return f"{_stage(plan, where)}，{left}。"


def _stage(plan: Plan, where: ProgrammeDay) -> str:
    if where.stage is not None:
        grace = "的宽限日" if where.phase is Phase.GRACE else ""
        span = f"{day(where.stage.first)}至{day(where.stage.last)}"
        return f"现在是第 {where.stage.number} 阶段“{where.stage.name}”（{span}）{grace}"
    if where.phase is Phase.BEFORE:
        return f"工程 {full_day(plan.stages[0].first)}开始"
    return "各阶段已经结束"


def _left(last: date, today: date) -> str:
    left = days_left(today, last)
    if left < 0:
        return "已过"
    return f"还有 {left} 天" if left else "就是今天"


def _grace(plan: Plan) -> str:
    dates = plan.deadlines
    late = day(dates.grace + timedelta(days=1))
    grace = f"{day(dates.grace)}宽限，" if dates.grace > dates.soft else ""
    return f"{grace}{late}起仍然收，标记“已过提交日”。"


def _late(plan: Plan) -> str:
    if plan.deadlines.late is LatePolicy.REFUSE:
        return "之后不再收材料。"
    return "之后交的材料标记“逾期”，项目办重开前不计入。"
