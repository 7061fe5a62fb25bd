"""What is set up in the tenant of the tests, and the settings with which a bot finds it."""

from bot.tenant.app import AIBOT_PATH, DINGTALK_API_PATH, DINGTALK_OAPI_PATH, WECOM_PATH
from bot.tenant.installation import DingTalkRobot, Installation, WeComAibot, WeComApp

SECRET_KEY = "example-secret-key-of-the-stories-0000"
APP = WeComApp(
    corp_id="wwexample00000000",
    agent_id=1000002,
    secret="example-app-secret",
    token="exampletoken",
    encoding_aes_key="e" * 43,
)
AIBOT = WeComAibot(bot_id="aibexample", secret="example-aibot-secret")
ROBOT = DingTalkRobot(
    client_id="dingexample", client_secret="example-client-secret", robot_code="dingexamplerobot"
)
INSTALLATION = Installation(app=APP, robot=ROBOT)
"""Where nothing is said about the doors: both platforms call the bot."""


def environment(installation: Installation, tenant_url: str) -> dict[str, str]:
    """The variables of a bot that is served by this tenant."""
    return {
        "BOT_SECRET_KEY": SECRET_KEY,
        **_of_app(installation.app, tenant_url),
        **_of_aibot(installation.aibot, tenant_url),
        **_of_robot(installation.robot, tenant_url),
    }


def _of_app(app: WeComApp | None, tenant_url: str) -> dict[str, str]:
    if app is None:
        return {}
    return {
        "BOT_WECOM__CORP_ID": app.corp_id,
        "BOT_WECOM__AGENT_ID": str(app.agent_id),
        "BOT_WECOM__SECRET": app.secret,
        "BOT_WECOM__TOKEN": app.token,
        "BOT_WECOM__ENCODING_AES_KEY": app.encoding_aes_key,
        "BOT_WECOM__API_BASE": tenant_url + WECOM_PATH,
    }


def _of_aibot(aibot: WeComAibot | None, tenant_url: str) -> dict[str, str]:
    if aibot is None:
        return {}
    shared = {"BOT_WECOM_AIBOT__NAME": aibot.name}
    if aibot.token:
        return shared | {
            "BOT_WECOM_AIBOT__TOKEN": aibot.token,
            "BOT_WECOM_AIBOT__ENCODING_AES_KEY": aibot.encoding_aes_key,
        }
    return shared | {
        "BOT_WECOM_AIBOT__BOT_ID": aibot.bot_id,
        "BOT_WECOM_AIBOT__SECRET": aibot.secret,
        "BOT_WECOM_AIBOT__WS_URL": tenant_url.replace("http", "ws", 1) + AIBOT_PATH,
    }


def _of_robot(robot: DingTalkRobot | None, tenant_url: str) -> dict[str, str]:
    if robot is None:
        return {}
    return {
        "BOT_DINGTALK__CLIENT_ID": robot.client_id,
        "BOT_DINGTALK__CLIENT_SECRET": robot.client_secret,
        "BOT_DINGTALK__ROBOT_CODE": robot.robot_code,
        "BOT_DINGTALK__API_BASE": tenant_url + DINGTALK_API_PATH,
        "BOT_DINGTALK__OAPI_BASE": tenant_url + DINGTALK_OAPI_PATH,
        "BOT_DINGTALK__MODE": "stream" if robot.stream else "http",
    }
