"""What is set up in the tenant of the tests, and the settings with which a bot finds it."""

from bot.tenant.app import DINGTALK_API_PATH, DINGTALK_OAPI_PATH, WECOM_PATH
from bot.tenant.installation import DingTalkRobot, Installation, WeComApp
from bot.tenant.people import Platform

SECRET_KEY = "example-secret-key-of-the-stories-0000"
INSTALLATION = Installation(
    app=WeComApp(
        corp_id="wwexample00000000",
        agent_id=1000002,
        secret="example-app-secret",
        token="exampletoken",
        encoding_aes_key="e" * 43,
    ),
    robot=DingTalkRobot(
        client_id="dingexample", client_secret="example-client-secret", robot_code="dingexamplerobot"
    ),
)

GROUPS_HEARD_ON = (Platform.DINGTALK,)
"""Where the bot hears groups. On WeCom only an AI bot does; with a door for it WeCom belongs here, too."""

CALLBACK = {Platform.WECOM: "wecom.callback", Platform.DINGTALK: "dingtalk.callback"}
"""At what a fault of the platform's way to the bot is aimed."""


def environment(installation: Installation, tenant_url: str) -> dict[str, str]:
    """The variables of a bot that is served by this tenant."""
    app, robot = installation.app, installation.robot
    assert app is not None
    assert robot is not None
    return {
        "BOT_SECRET_KEY": SECRET_KEY,
        "BOT_WECOM__CORP_ID": app.corp_id,
        "BOT_WECOM__AGENT_ID": str(app.agent_id),
        "BOT_WECOM__SECRET": app.secret,
        "BOT_WECOM__TOKEN": app.token,
        "BOT_WECOM__ENCODING_AES_KEY": app.encoding_aes_key,
        "BOT_WECOM__API_BASE": tenant_url + WECOM_PATH,
        "BOT_DINGTALK__CLIENT_ID": robot.client_id,
        "BOT_DINGTALK__CLIENT_SECRET": robot.client_secret,
        "BOT_DINGTALK__ROBOT_CODE": robot.robot_code,
        "BOT_DINGTALK__API_BASE": tenant_url + DINGTALK_API_PATH,
        "BOT_DINGTALK__OAPI_BASE": tenant_url + DINGTALK_OAPI_PATH,
    }
