"""WeCom over real HTTP, and a bot that opens its callbacks with somebody else's crypto (wechatpy)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from io import BytesIO

import pytest
import xmltodict
from aiohttp import ClientSession, FormData, web
from wechatpy.enterprise.crypto import WeChatCrypto

from bot.clock import SystemClock
from bot.tenant.clock import PlatformClock
from bot.tenant.courier import Courier
from bot.tenant.dispatch import route
from bot.tenant.installation import Installation, WeComApp
from bot.tenant.pace import Pace
from bot.tenant.people import Chat, Directory, Group, Member, Platform, Room
from bot.tenant.tenant import Tenant
from bot.tenant.wecom.api import WeComApi
from bot.tenant.wecom.callbacks import Callbacks
from bot.tenant.wecom.webhook import Webhooks

CORP, AGENT, SECRET, TOKEN, AES = "wwexample00000000", 1000002, "example-secret", "exampletoken", "e" * 43
KEY, OTHER_KEY = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
AMR = b"#!AMR\n" + bytes(32)
MP4 = bytes(4) + b"ftypmp42" + bytes(32)


def member(key, name, account, mobile="", **more):
    accounts = {Platform.WECOM: account} if account else {}
    return Member(key=key, name=name, accounts=accounts, mobile=mobile, **more)


def group(key, webhook, *members, **more):
    return Group(
        key=key,
        platform=Platform.WECOM,
        name=f"示例{key}",
        chat_id=f"wr{key}",
        members=frozenset(members),
        webhook=webhook,
        **more,
    )


@pytest.fixture
def tenant():
    people = [
        member("jia", "示例甲", "Teacher_Jia", "13800000001", roles=("教师",)),
        member("yi", "示例乙", "teacher_yi", "13800000002"),
        member("bing", "示例丙", "teacher_bing"),
        member("ding", "示例丁", ""),
    ]
    groups = [
        group("chinese", KEY, "jia", "yi"),
        group("county", OTHER_KEY, "bing", "ding"),
    ]
    return Tenant(
        installation=Installation(
            app=WeComApp(corp_id=CORP, agent_id=AGENT, secret=SECRET, token=TOKEN, encoding_aes_key=AES)
        ),
        directory=Directory(people, groups),
        clock=PlatformClock(SystemClock()),
        pace=Pace(wecom_answer=0.4, wecom_between=0.01, wecom_verify=0.4),
    )


@pytest.fixture
def api(tenant):
    return WeComApi(tenant)


@pytest.fixture
def webhooks(tenant):
    return Webhooks(tenant)


@pytest.fixture
async def server(aiohttp_server, tenant, api, webhooks):
    app = web.Application()
    app.add_routes([route(tenant, call) for call in (*api.calls(), *webhooks.calls())])
    served = await aiohttp_server(app)
    tenant.base_url = str(served.make_url("")).rstrip("/")
    return served


@dataclass
class Caller:
    """`await wecom.post("message/send", {...})`: the answer as JSON; with a token unless one is given."""

    http: ClientSession
    base: str
    token: str = ""

    async def get(self, name, **query):
        async with self.http.get(f"{self.base}/wecom/cgi-bin/{name}", params=query) as answer:
            assert answer.status == 200
            return await answer.json()

    async def post(self, name, body, **query):
        raw = body if isinstance(body, bytes | FormData) else json.dumps(body).encode()
        content = BytesIO(raw) if isinstance(raw, bytes) else raw
        query = query or {"access_token": await self.fresh()}
        async with self.http.post(f"{self.base}/wecom/cgi-bin/{name}", params=query, data=content) as answer:
            assert answer.status == 200
            return await answer.json()

    async def read(self, name, **query):
        return await self.get(name, access_token=await self.fresh(), **query)

    async def fresh(self):
        if not self.token:
            answer = await self.get("gettoken", corpid=CORP, corpsecret=SECRET)
            self.token = answer["access_token"]
        return self.token

    async def hook(self, msgtype, part, key=KEY):
        return await self.post("webhook/send", {"msgtype": msgtype, msgtype: part}, key=key)

    async def send(self, msgtype, part, touser="Teacher_Jia", **more):
        body = {"touser": touser, "agentid": AGENT, "msgtype": msgtype, msgtype: part, **more}
        return await self.post("message/send", body)

    async def upload(self, kind, content, name="文件.xlsx"):
        form = FormData(quote_fields=False)
        form.add_field("media", BytesIO(content), filename=name, content_type="application/octet-stream")
        return await self.post("media/upload", form, access_token=await self.fresh(), type=kind)

    async def robot_upload(self, kind, content, name="文件.xlsx", key=KEY):
        form = FormData(quote_fields=False)
        form.add_field("media", BytesIO(content), filename=name, content_type="application/octet-stream")
        return await self.post("webhook/upload_media", form, key=key, type=kind)


@pytest.fixture
async def wecom(server, tenant):
    async with ClientSession() as http:
        yield Caller(http, tenant.base_url)


@dataclass
class Bot:
    """Answers callbacks with what it is told to; the last answer stays."""

    crypto: WeChatCrypto = field(default_factory=lambda: WeChatCrypto(TOKEN, AES, CORP))
    heard: list[dict] = field(default_factory=list)
    requests: list[web.BaseRequest] = field(default_factory=list)
    answers: list[Callable[[dict], Awaitable[web.Response]]] = field(default_factory=list)

    async def check(self, request):
        query = request.query
        echo = self.crypto.check_signature(
            query["msg_signature"], query["timestamp"], query["nonce"], query["echostr"]
        )
        return web.Response(body=echo)

    async def take(self, request):
        query, body = request.query, await request.read()
        plain = self.crypto.decrypt_message(body, query["msg_signature"], query["timestamp"], query["nonce"])
        message = xmltodict.parse(plain)["xml"]
        self.heard.append(message)
        self.requests.append(request)
        if not self.answers:
            return web.Response()
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(message)

    def says(self, *answers):
        """Each a status, a body, or an inner document that is still to be sealed."""
        self.answers = [self._made(answer) for answer in answers]

    def _made(self, answer):
        async def make(message):
            match answer:
                case int():
                    return web.Response(status=answer)
                case float():
                    await asyncio.sleep(answer)
                    return web.Response()
                case bytes():
                    return web.Response(body=answer)
            return web.Response(body=self.sealed(answer(message)).encode())

        return make

    def sealed(self, inner, nonce="nonce"):
        return self.crypto.encrypt_message(inner, nonce, "1767225601")


def reply(kind="text", body="<Content><![CDATA[你好]]></Content>", *, to="", source=CORP):
    """An inner document for whoever has asked."""

    def make(message):
        return (
            f"<xml><ToUserName><![CDATA[{to or message['FromUserName']}]]></ToUserName>"
            f"<FromUserName><![CDATA[{source}]]></FromUserName><CreateTime>1767225601</CreateTime>"
            f"<MsgType><![CDATA[{kind}]]></MsgType>{body}</xml>"
        )

    return make


@pytest.fixture
async def bot(aiohttp_server, tenant):
    made = Bot()
    app = web.Application()
    app.add_routes([web.get("/wecom/app/callback", made.check), web.post("/wecom/app/callback", made.take)])
    tenant.bot_url = str((await aiohttp_server(app)).make_url("")).rstrip("/")
    return made


@pytest.fixture
async def courier(tenant):
    made = Courier(tenant)
    yield made
    await made.close()


@pytest.fixture
def callbacks(tenant, courier, api):
    return Callbacks(tenant, courier, tenant.installation.app, api.messages, api.cards)


@pytest.fixture
def jia(tenant):
    return tenant.directory.members["jia"]


APP_CHAT = Chat(Platform.WECOM, Room.APP, "Teacher_Jia")
GROUP_CHAT = Chat(Platform.WECOM, Room.GROUP, "wrchinese")


@pytest.fixture
def seen(tenant):
    """What stands in a chat, as text."""
    return lambda chat=APP_CHAT: [shown.drawn.text for shown in tenant.transcript.of(chat)]


@pytest.fixture
def in_group(seen):
    return lambda: seen(GROUP_CHAT)
