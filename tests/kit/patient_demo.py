"""`python -m tests.kit.patient_demo`: as `python -m bot demo`, but nobody is put off until 更多, however slow the machine.

The platforms of the practice tenant wait as long as the bot does.
"""

import sys
from dataclasses import replace
from functools import partial
from typing import Any

import bot.demo.tenant
from bot.cli import server
from bot.cli.program import main
from bot.tenant.pace import Pace
from bot.tenant.tenant import Tenant
from tests.kit.patience import PATIENCE_SECONDS

PATIENT = Pace(
    wecom_answer=PATIENCE_SECONDS,
    wecom_card=PATIENCE_SECONDS,
    dingtalk_http=PATIENCE_SECONDS,
    dingtalk_card=PATIENCE_SECONDS,
    dingtalk_stream=PATIENCE_SECONDS,
)
_run_server = server.run_server


def _run_patiently(parts: Any, *arguments: Any, **more: Any) -> None:
    _run_server(replace(parts, answer_within=PATIENCE_SECONDS), *arguments, **more)


if __name__ == "__main__":
    server.run_server = _run_patiently
    bot.demo.tenant.Tenant = partial(Tenant, pace=PATIENT)  # type: ignore[misc,assignment]
    sys.argv = ["bot", "demo"]
    main()
