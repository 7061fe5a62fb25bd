"""`serve` with a thread beside it that computes without end, as an import or a workbook does for seconds.

Run as a process: `python -m tests.bench.computing serve`. As a part of the bench it measures what callbacks pay for that.
"""

import itertools
import sys
import threading
from pathlib import Path

from tests.bench import load, server, wire
from tests.bench.report import Table, spread

PEOPLE = 5_000
A_SECOND = 20  # callbacks: what a county asks in its busiest minutes
SECONDS = 4.0
ROUNDS = 3


def compare(table: Table, url: str, folder: Path) -> None:
    """The same questions, with and without such a thread."""
    for name, module in (("alone", "bot"), ("beside a thread that computes", "tests.bench.computing")):
        with server.bot(url, folder, module=module) as bot:
            load.closed_loop(bot.port, wire.dingtalk("我的学时", PEOPLE), 2.0)
            measured = [
                load.fixed_rate(bot.port, wire.dingtalk("我的学时", PEOPLE), SECONDS, A_SECOND)
                for _ in range(ROUNDS)
            ]
        table.row(
            f"{name}, {A_SECOND} a second: median, ms",
            spread([one.quantile(0.5) * 1000 for one in measured], 1),
        )
        table.row(
            f"{name}, {A_SECOND} a second: p99, ms",
            spread([one.quantile(0.99) * 1000 for one in measured], 1),
        )


def _compute() -> None:
    for number in itertools.count():
        repr([number + one for one in range(200)])


if __name__ == "__main__":
    from bot.cli.program import main

    threading.Thread(target=_compute, daemon=True).start()
    sys.argv[0] = "bot"
    main()
