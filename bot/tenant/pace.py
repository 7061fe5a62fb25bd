"""How long the platforms wait for the bot, in seconds; tests wait less."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The documented times."""

    wecom_answer: float = 5.0
    """Official document 90238: the connection is closed and the message sent again."""
    wecom_tries: int = 3
    wecom_between: float = 1.0
    wecom_verify: float = 1.0
    """Document 90930: so long may the check of a callback address take."""
    wecom_card: float = 5.0
    """AI bot, document 101033: events are answered within 5 s."""
    dingtalk_http: float = 2.5
    dingtalk_stream: float = 3.0
    """Official page appendix-b-proposals-for-rational-use-of-resources."""
    dingtalk_again: float = 60.0
    """Comment of the Node SDK; how often it repeats is not known, so it does once."""
    dingtalk_card: float = 2.0
    stream_refresh: float = 1.0
    """AI bot in callback mode: how often an unfinished stream is asked for."""
    stream_life: float = 360.0
    """Documents 100719 and 101463: six minutes."""
    kicked_close: float = 2.2
    """AI bot: from `disconnected_event` to the close, measured by others against a real tenant."""
    heartbeat: float = 90.0
    """AI bot: no ping for so long, and the server closes ("long" in document 101463)."""
    stream_ping: float = 25.0
    """DingTalk stream: the server's pings, reported as every 20 to 30 s."""
    disconnect_close: float = 10.0
    """DingTalk stream: from the SYSTEM disconnect frame to the close."""
    stream_ghost: float = 60.0
    """DingTalk stream: how long a dead connection is still pushed to; "a while" in Jusoft.DingtalkStream#6."""
