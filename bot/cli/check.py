"""`check`: everything that is wrong with the configuration, at once."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.policy.plan import Plan
    from bot.policy.points import Catalogue
    from bot.settings import Settings

    Rules = tuple[Plan, Catalogue]


def check(
    standings: Annotated[
        bool, typer.Option("--standings", help="另外把每个人的达标情况重算一遍，列出和登记不一致的。")
    ] = False,
) -> None:
    """Exit 1 with every fault; `--standings` also looks into the database."""
    from bot.cli.faults import OperatorFault

    faults: list[str] = []
    settings = settings_of(faults)
    rules = rules_with(faults)
    if settings is not None:
        for line in _platforms(settings):
            print(line)
    if faults:
        raise OperatorFault(*faults)
    assert settings is not None, "without settings there is a fault"
    assert rules is not None, "without rules there is a fault"
    print(f"设置没有问题；实施方案：{rules[0].county}，{rules[0].document}；微能力点 {len(rules[1])} 个。")
    if standings:
        _check_standings(settings)


def settings_of(faults: list[str]) -> "Settings | None":
    """None where they cannot be read; every fault is added to `faults`."""
    from bot.settings import SettingsFault, read_settings
    from storage.database import Unreachable, driver_url

    try:
        settings = read_settings()
        driver_url(settings.database_url)
    except SettingsFault as fault:
        faults += fault.faults
        return None
    except Unreachable as fault:
        faults.append(f"BOT_DATABASE_URL：{fault}")
    return settings


def rules_with(faults: list[str]) -> "Rules | None":
    """Looked at also where the settings are faulty."""
    from bot.cli.context import catalogue_of
    from bot.plan_file import PlanFault, load_plan
    from bot.points_file import PointsFault, load_catalogue
    from bot.settings import plan_alone

    plan = catalogue = None
    try:
        plan = load_plan(plan_alone())
    except PlanFault as fault:
        faults += fault.faults
    try:
        catalogue = load_catalogue(None) if plan is None else catalogue_of(plan)
    except PointsFault as fault:
        faults += fault.faults
    return None if plan is None or catalogue is None else (plan, catalogue)


def _platforms(settings: "Settings") -> list[str]:
    def line(name: str, state: str) -> str:
        return f"{name}：{state}"

    aibot, robot = settings.wecom_aibot, settings.dingtalk
    ways = {} if aibot is None else {"长连接": aibot.secret, "回调": aibot.token}
    doors = "、".join(way for way, secret in ways.items() if secret is not None)
    lines = [
        line("企业微信自建应用", "开" if settings.wecom is not None else "关"),
        line("企业微信智能机器人", f"开（{doors}）" if doors else "关"),
        line(
            "钉钉机器人",
            "关" if robot is None else "开（Stream）" if robot.mode == "stream" else "开（回调）",
        ),
    ]
    if settings.secret_key is None:
        lines.append("BOT_SECRET_KEY 没有设置：serve 不会启动，带手机号或身份证号的文件也不能导入。")
    return lines


def _check_standings(settings: "Settings") -> None:
    from bot.cli.context import open_context
    from bot.cli.standing_lines import difference_line
    from storage.roster_lookup import list_people
    from storage.standings import differences

    with open_context(settings) as context, context.database.reading() as connection:
        found = differences(connection, context.plan, context.catalogue)
        people = {one.person_id: one for one in list_people(connection)} if found else {}
    if not found:
        print("每个人的达标情况重算后都和登记一致。")
        return
    for difference in found:
        print(difference_line(difference, people[difference.person_id], context.plan.requirement))
    print(f"有 {len(found)} 人的达标情况和重算的不一致。", file=sys.stderr)
    raise typer.Exit(1)
