"""`doctor`: looks at the world that the bot stands on, and names the page to click for everything that is wrong."""

from typing import Annotated, Final

import typer

_LEAVE_WITHIN_S: Final = 2.0


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="输出一个 JSON 列表，给程序读。")] = False,
    test_message: Annotated[
        str,
        typer.Option(
            "--test-message", metavar="人员编号", help="另外给这个人发一条测试消息。", show_default=False
        ),
    ] = "",
) -> None:
    """Exit 1 when anything has to be mended."""
    import asyncio
    import json

    from bot.cli.check import rules_with, settings_of
    from bot.clock import SystemClock
    from bot.doctor.examine import Ground, examine
    from bot.doctor.finding import State, page
    from bot.logs import configure_logs
    from bot.settings import secret_files

    configure_logs("critical", "console")  # what is found stands in the report
    faults: list[str] = []
    settings = settings_of(faults)
    rules = rules_with(faults)
    ground = Ground(
        settings=settings,
        plan=None if rules is None else rules[0],
        catalogue=None if rules is None else rules[1],
        faults=tuple(faults),
        clock=SystemClock(None if settings is None else settings.clock_start),
        test_message_to=test_message,
        secret_files=tuple(secret_files()),
    )
    with asyncio.Runner() as runner:
        found = runner.run(examine(ground))
        if as_json:
            print(json.dumps([one.record for one in found], ensure_ascii=False, indent=1), flush=True)
        else:
            print("\n".join(page(found)), flush=True)
        code = int(any(one.state is State.BAD for one in found))
        _leave_soon(code)
    raise typer.Exit(code)


def _leave_soon(code: int) -> None:
    """Everything is said: a name server that does not answer must not keep the program from ending."""
    import os
    import threading

    leaving = threading.Timer(_LEAVE_WITHIN_S, os._exit, (code,))
    leaving.daemon = True
    leaving.start()
