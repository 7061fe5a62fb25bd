"""DingTalk's opaque identifiers, made up from what they stand for so that they never change."""

import secrets
from base64 import b64encode, urlsafe_b64encode
from hashlib import sha256

from bot.tenant.installation import DingTalkRobot
from bot.tenant.people import Member


def sender_id(member: Member) -> str:
    """`senderId` and `dingtalkId`; an outsider has nothing else."""
    return f"$:LWCP_v1:${_folded(f'person {member.key}')}"


def robot_user_id(robot: DingTalkRobot) -> str:
    """`chatbotUserId`."""
    return f"$:LWCP_v1:${_folded(f'robot {robot.robot_code}')}"


def union_id(member: Member) -> str:
    return _folded(f"union {member.key}").replace("+", "i").replace("/", "E")


def private_conversation(robot: DingTalkRobot, member: Member) -> str:
    """`conversationId` of the chat between the two."""
    return "cid" + _folded(f"{robot.robot_code} {member.key}")


def new_message_id() -> str:
    return "msg" + _random(16)


def new_query_key() -> str:
    """`processQueryKey`: contains what has to be URL-encoded, as the real ones do."""
    return _random(32)


def new_download_code() -> str:
    return _random(96)


def new_session() -> str:
    return secrets.token_hex(16)


def file_name_of(media_id: str) -> str:
    """Downloaded files are named `.file`, whatever they are (download-the-file-content-of-the-robot-…)."""
    return urlsafe_b64encode(sha256(media_id.encode()).digest()[:18]).decode() + ".file"


def _folded(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()[:15]).decode()


def _random(size: int) -> str:
    # Sizes that are no multiple of three end in "=".
    return b64encode(secrets.token_bytes(size)).decode()
