"""A tenant with an AI bot on a real port, and a bot at the other end of the wire that a test leads by hand."""

import asyncio
import itertools
import json
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from bot.clock import SystemClock
from bot.tenant.clock import PlatformClock
from bot.tenant.courier import Courier
from bot.tenant.dispatch import route
from bot.tenant.installation import Installation, WeComAibot
from bot.tenant.pace import Pace
from bot.tenant.people import Chat, Directory, Group, Member, Platform, Room
from bot.tenant.tenant import Said, Tenant
from bot.tenant.wecom.aibot.aibot import Aibot
from tests.kit.patience import PATIENCE_SECONDS

BOT_ID, SECRET, TOKEN, AES = (
    "AIBOT01",
    "example-aibot-secret",
    "QDG6eK",
    "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
)
TEACHER = Member(key="t1", name="示例甲", accounts={Platform.WECOM: "T1"})
LEADER = Member(key="t2", name="示例乙", accounts={Platform.WECOM: "T2"})
GROUP = Group(
    key="g1",
    platform=Platform.WECOM,
    name="语文组",
    chat_id="wrExampleGroup",
    members=frozenset({"t1", "t2"}),
    webhook="example-key",
)
PRIVATE = Chat(Platform.WECOM, Room.AIBOT, "T1")
IN_GROUP = Chat(Platform.WECOM, Room.GROUP, GROUP.chat_id)
QUICK = Pace(wecom_answer=0.3, wecom_between=0.02, stream_refresh=0.02, kicked_close=0.05, heartbeat=30.0)


@dataclass
class Place:
    """The tenant, its AI bot and where it is reached."""

    tenant: Tenant
    aibot: Aibot

    @property
    def socket_url(self):
        return self.tenant.base_url.replace("http", "ws") + "/wecom/aibot"

    def told(self, chat=PRIVATE):
        """What stands in the chat, as people read it."""
        return [shown.drawn.text for shown in self.tenant.transcript.of(chat)]

    def last(self, chat=PRIVATE):
        return self.tenant.transcript.of(chat)[-1]

    def says(self, text, *, chat=PRIVATE, member=TEACHER):
        return self.aibot.says(member, chat, Said(text=text))


@dataclass
class Bot:
    """Reads frames in the background: callbacks into `inbox`, acknowledgements to whoever waits for them."""

    socket: object
    inbox: asyncio.Queue = field(default_factory=asyncio.Queue)
    acks: dict = field(default_factory=dict)
    other: list = field(default_factory=list)
    numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    reader: asyncio.Task | None = None

    async def read(self):
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT or not message.data.startswith("{"):
                self.other.append(message.data)
                continue
            frame = json.loads(message.data)
            if "cmd" in frame:
                self.inbox.put_nowait(frame)
            elif (future := self.acks.pop(frame["headers"]["req_id"], None)) is not None:
                future.set_result(frame)

    async def sends(self, cmd, body=None, req_id=None):
        """The acknowledgement."""
        req_id = req_id or f"{cmd}_{next(self.numbers)}"
        future = self.acks[req_id] = asyncio.get_running_loop().create_future()
        frame = {"cmd": cmd, "headers": {"req_id": req_id}}
        await self.socket.send_str(json.dumps(frame if body is None else {**frame, "body": body}))
        ack = await asyncio.wait_for(future, PATIENCE_SECONDS)
        assert "cmd" not in ack
        return ack

    async def code(self, cmd, body=None, req_id=None):
        return (await self.sends(cmd, body, req_id))["errcode"]

    async def subscribe(self, secret=SECRET):
        return await self.code("aibot_subscribe", {"bot_id": BOT_ID, "secret": secret})

    async def hears(self):
        return await asyncio.wait_for(self.inbox.get(), PATIENCE_SECONDS)

    async def answers(self, frame, body):
        return await self.code("aibot_respond_msg", body, frame["headers"]["req_id"])

    async def streams(self, frame, content, *, finish=True, stream_id="s1", **more):
        stream = {"id": stream_id, "finish": finish, "content": content, **more}
        return await self.answers(frame, {"msgtype": "stream", "stream": stream})

    async def pushes(self, chatid, body, **more):
        return await self.code("aibot_send_msg", {"chatid": chatid, **more, **body})


def markdown(content):
    return {"msgtype": "markdown", "markdown": {"content": content}}


def buttons(task_id="swap-42", **more):
    return {
        "card_type": "button_interaction",
        "main_title": {"title": "审核申请", "desc": "示例甲的 5 学时"},
        "button_list": [
            {"text": "通过", "style": 1, "key": "pass"},
            {"text": "退回", "style": 3, "key": "return"},
        ],
        "task_id": task_id,
        **more,
    }


def card(content):
    return {"msgtype": "template_card", "template_card": content}


def aibot_place(*, pace=QUICK, callback=False, bot_url=""):
    """The place and the application that serves it; its addresses are set once it has a port."""
    keys = {"token": TOKEN, "encoding_aes_key": AES} if callback else {}
    tenant = Tenant(
        installation=Installation(aibot=WeComAibot(bot_id=BOT_ID, secret=SECRET, **keys)),
        directory=Directory([TEACHER, LEADER], [GROUP]),
        clock=PlatformClock(SystemClock()),
        pace=pace,
        bot_url=bot_url,
    )
    courier = Courier(tenant)
    aibot = Aibot(tenant, courier)
    app = web.Application()
    app.add_routes([route(tenant, call) for call in aibot.calls()])
    app.add_routes(aibot.routes())

    async def shut(_app):
        tenant.closing.set()
        await aibot.close()
        await courier.close()

    app.on_shutdown.append(shut)
    return Place(tenant, aibot), app
