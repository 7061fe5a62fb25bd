"""`serve`: the bot on the real platforms."""

from typing import TYPE_CHECKING

from bot.cli.faults import OperatorFault

if TYPE_CHECKING:
    from bot.settings import Settings


def serve() -> None:
    """Runs until SIGTERM or SIGINT."""
    from bot.cli.context import open_context, operator_settings

    settings = operator_settings()
    faults = [fault for fault in (_no_platform(settings), _no_key(settings)) if fault]
    if faults:
        raise OperatorFault(*faults)
    with open_context(settings, quiet=False, judging=True) as context:
        from bot.cli.server import listen, run_server

        run_server(context.parts(), listen(settings.host, settings.port))


def _no_platform(settings: "Settings") -> str:
    """Why nobody could talk to the bot; "" when somebody can."""
    if settings.wecom is not None or settings.wecom_aibot is not None or settings.dingtalk is not None:
        return ""
    return "一个平台也没有设置，请填上企业微信（BOT_WECOM__…）或钉钉（BOT_DINGTALK__…）的设置"


def _no_key(settings: "Settings") -> str:
    from bot.cli.context import NO_KEY

    return NO_KEY if settings.secret_key is None else ""
