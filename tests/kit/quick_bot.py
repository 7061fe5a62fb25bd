"""`python -m tests.kit.quick_bot serve`: as `python -m bot serve`, but it waits for a connection's end less long."""

from dataclasses import replace

from bot.cli.context import open_context, operator_settings
from bot.cli.server import listen, run_server
from bot.platforms.dingtalk.stream.connection import Pace as StreamPace
from bot.platforms.wecom.aibot.pace import LinePace

LINE = LinePace(ping=1.0, ack=1.0, first_again=0.1, longest_again=0.2, lease=3.0, renew=0.5, look=0.3)
STREAM = StreamPace(silent=6.0, heartbeat=1.0, first=0.1, cut_most=0.2)


def main() -> None:
    settings = operator_settings()
    with open_context(settings, quiet=False, judging=True) as context:
        parts = replace(context.parts(), line_pace=LINE, stream_pace=STREAM, adopt_every=0.2)
        run_server(parts, listen(settings.host, settings.port))


if __name__ == "__main__":
    main()
