"""Where the demonstration keeps its things: database, files, tokens; nothing of the real county is touched."""

import base64
import hmac
import json
import secrets
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.clock import SHANGHAI
from bot.policy.plan import Plan
from bot.settings import Settings, dingtalk_mode

FOLDER = Path("var") / "demo"
CLOCK_START = datetime(2024, 5, 20, 9, tzinfo=SHANGHAI)

DATABASE = "bot.db"
PLAN = "plan.toml"
FILES = "files"
BACKUPS = FOLDER / "backups"
AIBOT_NAME = "研修助手"
_TOKENS = "tokens.json"
# Discard: without a practice tenant nothing that would go to a platform may leave the machine.
NOWHERE = "http://127.0.0.1:9"

_PLAN_TEXT = f"""\
# 演示县的实施方案：只写与内置方案不同的几项。
[programme]
county = "示例县"
document = "示例教发[2024]1号"
office = "示例县教育局提升工程项目办"

[backup]
folder = "{BACKUPS.as_posix()}"
"""


def furnish(folder: Path) -> None:
    """Writes what is different in every installation: tokens, readable for the owner only; and the plan."""
    folder.mkdir(parents=True, exist_ok=True)
    tokens = folder / _TOKENS
    tokens.touch(mode=0o600)
    tokens.write_text(json.dumps(_fresh_tokens(), indent=2), encoding="utf-8")
    (folder / PLAN).write_text(_PLAN_TEXT, encoding="utf-8")


def settings_of(folder: Path, operator: Settings, tenant: str = NOWHERE) -> Settings:
    """The demonstration's own settings, with what the operator may choose for it.

    `tenant`: where the practice tenant answers for both platforms.
    """
    tokens: dict[str, Any] = json.loads((folder / _TOKENS).read_text(encoding="utf-8"))
    aibot = {**_aibot(tokens["secret_key"]), "ws_url": f"{tenant.replace('http', 'ws', 1)}/wecom/aibot"}
    dingtalk = {
        "api_base": f"{tenant}/dingtalk/api",
        "oapi_base": f"{tenant}/dingtalk/oapi",
        "mode": dingtalk_mode(),
    }
    return Settings.model_validate(
        {
            **tokens,
            "wecom": {**tokens["wecom"], "api_base": f"{tenant}/wecom"},
            "wecom_aibot": aibot,
            "dingtalk": {**tokens["dingtalk"], **dingtalk},
            "database_url": f"sqlite:///{folder / DATABASE}",
            "host": operator.host,
            "port": operator.port,
            "public_url": operator.public_url,
            "plan": operator.plan or folder / PLAN,
            "clock_start": operator.clock_start or CLOCK_START,
            "log_level": operator.log_level,
            "log_format": operator.log_format,
        }
    )


def backed_up_apart(plan: Plan) -> Plan:
    """With a folder of its own for backups, whatever the plan says.

    In the real county's they would count as the newest, and push out the real ones of the same day and week.
    """
    return replace(plan, backup=replace(plan.backup, folder=str(BACKUPS)))


def _fresh_tokens() -> dict[str, Any]:
    return {
        "secret_key": secrets.token_hex(32),
        "wecom": {
            "corp_id": f"ww{secrets.token_hex(8)}",
            "agent_id": 1000002,
            "secret": secrets.token_urlsafe(32),
            "token": secrets.token_hex(16),
            "encoding_aes_key": _aes_key(),
        },
        "dingtalk": {
            "client_id": f"ding{secrets.token_hex(8)}",
            "client_secret": secrets.token_urlsafe(48),
            "robot_code": f"ding{secrets.token_hex(8)}",
        },
    }


def _aibot(secret_key: str) -> dict[str, str]:
    """Made from the key, so that a folder of before there was an AI bot has one as well."""

    def fixed(purpose: str) -> str:
        return hmac.new(secret_key.encode(), f"aibot/{purpose}".encode(), "sha256").hexdigest()

    return {"bot_id": f"aib{fixed('id')[:20]}", "secret": fixed("secret"), "name": AIBOT_NAME}


def _aes_key() -> str:
    """43 letters and digits that decode to 32 bytes, as the platform hands them out."""
    while True:
        key = base64.b64encode(secrets.token_bytes(32)).decode()[:43]
        if key.isalnum():
            return key
