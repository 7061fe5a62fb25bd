"""The clients speak to the practice tenant, and to gateways that stand in between."""

from dataclasses import replace

import pytest

from bot.access_tokens import AccessTokens
from bot.clock import SystemClock
from bot.platforms.calls import open_session
from bot.platforms.dingtalk.client import DingTalkClient
from bot.platforms.wecom.client import WeComClient
from bot.tenant.app import DINGTALK_API_PATH, WECOM_PATH
from messages.incoming import Platform
from tests.kit.fixtures import tenant
from tests.kit.installation import INSTALLATION, SECRET_KEY

__all__ = ["tenant"]


@pytest.fixture
async def session():
    async with open_session(0.5) as session:
        yield session


@pytest.fixture
def client_of(session, database):
    """`client_of("wecom", address)`: as a process has it; another one of the same database shares its token."""
    app, robot = INSTALLATION.app, INSTALLATION.robot

    def build(platform, address, **changes):
        tokens = AccessTokens(Platform(platform), database, SECRET_KEY, SystemClock())
        if platform == "wecom":
            app_ = replace(app, **changes)
            return WeComClient(
                session,
                tokens,
                api_base=address + WECOM_PATH,
                corp_id=app_.corp_id,
                secret=app_.secret,
                agent_id=app_.agent_id,
            )
        robot_ = replace(robot, **changes)
        return DingTalkClient(
            session,
            tokens,
            api_base=address + DINGTALK_API_PATH,
            client_id=robot_.client_id,
            client_secret=robot_.client_secret,
            robot_code=robot_.robot_code,
        )

    return build
