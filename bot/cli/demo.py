"""`demo`: the bot with the demonstration county, on this machine only; what `make run` starts."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.settings import Settings


def demo() -> None:
    """Runs until SIGTERM or SIGINT; the county is made at the first start."""
    from bot.cli.chat import chat_examples
    from bot.cli.context import open_context
    from bot.cli.server import run_server

    settings = demo_settings()
    with open_context(settings, quiet=False, judging=True) as context:
        examples = chat_examples(context, demo=True)

        def guide(address: str) -> None:
            print(f"演示县已经开门，程序里的现在是 {context.clock.now():%Y-%m-%d %H:%M}。")
            print("在另一个终端里和机器人说话，例如问“还差什么”：")
            print("\n".join(examples))
            print(f"企业微信回调：{address}/wecom/app/callback")
            print(f"钉钉回调：{address}/dingtalk/callback")
            print("按 Ctrl+C 停止。", flush=True)

        run_server(context.parts(), listening=guide)


def demo_settings() -> "Settings":
    """Those of the demonstration county, which is made when there is none yet. Raises OperatorFault."""
    from bot.cli.context import operator_settings, rules_of
    from bot.cli.faults import OperatorFault
    from bot.demo.folder import FOLDER, settings_of

    operator = operator_settings()
    if not FOLDER.exists():
        rules_of(operator)  # a faulty plan is told before anything is made
        print("正在准备演示县（40 个单位、2000 位教师），只在第一次需要几秒钟……", file=sys.stderr, flush=True)
        from bot.demo.prepare import prepare

        try:
            prepare(FOLDER, operator)
        except OSError as error:
            raise OperatorFault(
                f"演示数据写不进 {FOLDER}（{error.strerror}），请检查权限和磁盘空间"
            ) from None
    try:
        return settings_of(FOLDER, operator)
    except (OSError, ValueError):
        raise OperatorFault(
            f"{FOLDER} 里的 tokens.json 读不出来，请删掉 {FOLDER} 再运行，会重新准备演示县"
        ) from None
