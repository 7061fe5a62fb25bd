"""`python -m tests.kit.patient_bot serve`: as `python -m bot serve`, but nobody is put off until 更多.

For what is not about being in time: on a busy machine an answer may take longer than platforms wait.
"""

from dataclasses import replace

from bot.cli.context import open_context, operator_settings
from bot.cli.server import listen, run_server
from tests.kit.patience import PATIENCE_SECONDS


def main() -> None:
    settings = operator_settings()
    with open_context(settings, quiet=False, judging=True) as context:
        parts = replace(context.parts(), answer_within=PATIENCE_SECONDS)
        run_server(parts, listen(settings.host, settings.port))


if __name__ == "__main__":
    main()
