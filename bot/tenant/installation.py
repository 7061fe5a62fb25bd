"""What an administrator has set up in the tenant: the app and the bots, with their secrets."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComApp:
    """自建应用."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    name: str = "研修助手"


@dataclass(frozen=True, slots=True, kw_only=True)
class WeComAibot:
    """智能机器人: with token and key it calls the bot (callback mode), else it waits for a long connection."""

    bot_id: str
    secret: str = field(repr=False)
    name: str = "研修助手"
    token: str = field(default="", repr=False)
    encoding_aes_key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DingTalkRobot:
    """企业机器人. `stream`: it waits for a connection instead of calling the bot."""

    client_id: str
    client_secret: str = field(repr=False)
    robot_code: str
    corp_id: str = "dingexamplecorp"
    name: str = "研修助手"
    stream: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """An absent one is None."""

    app: WeComApp | None = None
    aibot: WeComAibot | None = None
    robot: DingTalkRobot | None = None
