"""Which ways between platform and bot exist in this installation."""

from bot.tenant.installation import Installation

_OF_APP = frozenset({"wecom.callback", "wecom.verify"})
_OF_AIBOT, _OF_STREAM = "wecom.aibot.", "dingtalk.stream"


def is_installed(installation: Installation, name: str) -> bool:
    """Whether the call, frame or deed of this name can happen here; a fault aimed at others waits in vain."""
    robot = installation.robot
    if name in _OF_APP:
        return installation.app is not None
    if name.startswith(_OF_AIBOT):
        return installation.aibot is not None
    if name.startswith(_OF_STREAM):
        return robot is not None and robot.stream
    if name == "dingtalk.callback":
        return robot is not None and not robot.stream
    return True
