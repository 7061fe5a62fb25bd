"""The commands that a bot may give in a long connection (official document 101463)."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.tenant.calls import Ask, Refused
from bot.tenant.installation import WeComAibot
from bot.tenant.people import Chat, Platform
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.aibot.answers import TO_MESSAGE_LONG, Answers
from bot.tenant.wecom.aibot.asked import CARD, ENTER, MESSAGE, Asks, in_group, private
from bot.tenant.wecom.aibot.uploads import Uploads
from bot.tenant.wecom.identifiers import open_userid
from bot.tenant.wecom.requests import body_of, number_of, text_of

SUBSCRIBE: Final = "aibot_subscribe"
PING: Final = "ping"
WRONG_SECRET: Final = 853000
_BAD_CHAT: Final = 93006


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One frame as it came. `problem` says why it cannot be read."""

    cmd: str = ""
    req_id: str = ""
    body: Mapping[str, Any]
    problem: Refused | None = None

    @property
    def name(self) -> str:
        """Faults are aimed at it."""
        return f"wecom.aibot.{self.cmd.removeprefix('aibot_')}"

    @property
    def target(self) -> str:
        chat = self.body.get("chatid")
        return chat if isinstance(chat, str) else ""


def read_command(text: str) -> Command:
    """Never raises."""
    try:
        frame = body_of(Ask({}, {}, text.encode("utf-8", "surrogatepass")))
    except Refused as refused:
        return Command(body={}, problem=refused)
    cmd, headers, body = frame.get("cmd"), frame.get("headers"), frame.get("body")
    req_id = headers.get("req_id") if isinstance(headers, dict) else None
    problem = None
    if not isinstance(req_id, str) or not req_id:
        req_id, problem = "", Refused(40058, "missing headers.req_id")
    return Command(
        cmd=cmd if isinstance(cmd, str) else "",
        req_id=req_id,
        body=body if isinstance(body, dict) else {},
        problem=problem,
    )


class Commands:
    """What each of them does; all of them are done at once."""

    def __init__(self, tenant: Tenant, bot: WeComAibot, asks: Asks, answers: Answers) -> None:
        self._tenant = tenant
        self._bot = bot
        self._asks = asks
        self._answers = answers
        uploads = Uploads(tenant, answers.owner)
        self._done: dict[str, Callable[[Command], Mapping[str, object]]] = {
            SUBSCRIBE: self._subscribe,
            PING: lambda _command: {},
            "aibot_respond_welcome_msg": self._welcome,
            "aibot_respond_msg": self._respond,
            "aibot_respond_update_msg": self._update,
            "aibot_send_msg": self._push,
            "aibot_upload_media_init": lambda command: uploads.init(command.body),
            "aibot_upload_media_chunk": lambda command: uploads.chunk(command.body),
            "aibot_upload_media_finish": lambda command: uploads.finish(command.body),
        }

    def carry_out(self, command: Command, *, subscribed: bool) -> dict[str, object]:
        """The acknowledgement, without its headers."""
        try:
            body = self._carried_out(command, subscribed=subscribed)
        except Refused as refused:
            return {"errcode": refused.code, "errmsg": refused.message}
        return {"errcode": 0, "errmsg": "ok", **({"body": body} if body else {})}

    def _carried_out(self, command: Command, *, subscribed: bool) -> Mapping[str, object]:
        if command.problem is not None:
            raise command.problem
        if command.cmd not in self._done:
            raise Refused(40008, "invalid cmd")
        if not subscribed and command.cmd not in (SUBSCRIBE, PING):
            raise Refused(WRONG_SECRET, "not subscribed")
        return self._done[command.cmd](command)

    def _subscribe(self, command: Command) -> Mapping[str, object]:
        bot_id, secret = command.body.get("bot_id"), command.body.get("secret")
        known = (
            isinstance(bot_id, str)
            and isinstance(secret, str)
            and bot_id == self._bot.bot_id
            and secrets.compare_digest(secret.encode(), self._bot.secret.encode())
        )
        if not known or self._bot.token:
            raise Refused(WRONG_SECRET, "invalid bot_id or secret")
        return {}

    def _welcome(self, command: Command) -> Mapping[str, object]:
        self._answers.welcome(self._asks.find(command.req_id, ENTER), command.body)
        return {}

    def _respond(self, command: Command) -> Mapping[str, object]:
        self._answers.reply(self._asks.find(command.req_id, MESSAGE), command.body, TO_MESSAGE_LONG)
        return {}

    def _update(self, command: Command) -> Mapping[str, object]:
        self._answers.update(self._asks.find(command.req_id, CARD), command.body)
        return {}

    def _push(self, command: Command) -> Mapping[str, object]:
        chat_type = number_of(command.body, "chat_type", 0)
        if chat_type not in (0, 1, 2):
            raise Refused(40058, "invalid chat_type")
        chat = self._chat(text_of(command.body, "chatid"), chat_type)
        if chat is None or chat.key not in self._asks.spoken:
            raise Refused(_BAD_CHAT, "invalid chatid")
        self._answers.push(chat, command.body)
        return {}

    def _chat(self, chat_id: str, chat_type: int) -> Chat | None:
        """1 single, 2 group; with 0 a group is looked for first. Case matters in a group's id."""
        directory = self._tenant.directory
        if chat_type != 1 and directory.group_of_chat(Platform.WECOM, chat_id) is not None:
            return in_group(chat_id)
        if chat_type == 2:
            return None
        for account in directory.accounts(Platform.WECOM):
            if account.casefold() == chat_id.casefold() or open_userid(account) == chat_id:
                return private(account)
        return None
