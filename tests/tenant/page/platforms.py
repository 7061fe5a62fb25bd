"""A page over two small platforms: what people say is posted, and a bot of one line answers."""

import asyncio
import html
import json
from dataclasses import dataclass, field
from datetime import datetime

from bot.clock import SHANGHAI
from bot.tenant.calls import Call, Dialect, Frame
from bot.tenant.dispatch import route
from bot.tenant.installation import DingTalkRobot, Installation, WeComAibot, WeComApp
from bot.tenant.page.routes import add_page
from bot.tenant.people import Chat, Group, Member, Platform, Room
from bot.tenant.tenant import Deed, Heard, Outcome, SaidKind, Tenant
from bot.tenant.transcript import Author, Drawn
from bot.tenant.wire import Exchange, Towards

MONDAY = datetime(2024, 5, 20, 9, 0, tzinfo=SHANGHAI)
BOT = Author("研修助手")
ROOMS = {Platform.WECOM: Room.APP, Platform.DINGTALK: Room.ROBOT}
WEBHOOKS = {
    Platform.WECOM: ("/wecom/cgi-bin/webhook/send", Dialect.QYAPI),
    Platform.DINGTALK: ("/dingtalk/oapi/robot/send", Dialect.OAPI),
}

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
EVERYTHING = Installation(app=APP, aibot=AIBOT, robot=ROBOT)


def drawn(text, **more):
    return Drawn(kind="text", text=text, html=f"<p>{html.escape(text)}</p>", wire={"content": text}, **more)


@dataclass
class SmallSide:
    """A platform without a wire, whose bot says what `answers` says."""

    tenant: Tenant
    platform: Platform
    answers: dict = field(default_factory=dict)
    heard: Heard = Heard(Outcome.ANSWERED)  # noqa: RUF009  frozen
    pause: asyncio.Event | None = None
    done: list = field(default_factory=list)
    note: str = ""  # what the platform itself remarks

    def calls(self):
        path, dialect = WEBHOOKS[self.platform]
        return [
            Call(
                name=f"{self.platform}.webhook.send",
                method="POST",
                path=path,
                dialect=dialect,
                title="群 webhook 发消息",
                limits=(),
                source="官方文档",
                handle=lambda _ask: {"errcode": 0, "errmsg": "ok"},
            )
        ]

    def frames(self):
        return (
            []
            if self.platform is Platform.WECOM
            else [
                Frame(
                    name="dingtalk.stream",
                    direction="平台 → 机器人",
                    title="消息",
                    limits=(),
                    source="官方文档",
                )
            ]
        )

    def routes(self):
        return []

    def deeds(self):
        async def expire():
            self.done.append("tokens.expire")
            return "令牌都过期了。"

        return [Deed(f"{self.platform}.tokens.expire", "让令牌马上过期", expire)]

    async def close(self):
        pass

    def chats_of(self, member):
        account = member.account(self.platform)
        own = [(Chat(self.platform, ROOMS[self.platform], account), "研修助手")] if account else []
        groups = self.tenant.directory.groups_of(self.platform, member)
        return own + [(Chat(self.platform, Room.GROUP, group.chat_id), group.name) for group in groups]

    async def says(self, member, chat, said):
        self.done.append(("says", member.key, chat.key, said))
        message = drawn(said.text or f"[{said.file_name}]")
        if said.kind is SaidKind.IMAGE:
            from bot.tenant.calls import Upload

            upload = Upload(said.file_name, "image/png", said.content)
            stored = self.tenant.media.store("image", upload, owner=member.key)
            message = drawn("[图片]", picture=stored.media_id)
        shown = self._post(chat, message, Author(member.name, member.key))
        if self.note:
            self.tenant.transcript.remark(shown, self.note)
        if self.pause is not None:
            await self.pause.wait()
        exchange = self.tenant.wire.record(
            Exchange(
                at_ms=self.tenant.clock.ms(),
                towards=Towards.BOT,
                name=f"{self.platform}.callback",
                method="POST",
                url=f"/{self.platform}/callback?nonce=1",
                headers={"Content-Type": "application/json"},
                body='{"encrypt":"c2VhbGVk"}',
                opened=json.dumps({"text": said.text}, ensure_ascii=False),
            )
        )
        self.tenant.wire.finish(exchange, 200, b'{"ok":true}', 12.3)
        if said.to_bot and said.text in self.answers:
            answer = self.answers[said.text]
            self._post(chat, answer if isinstance(answer, Drawn) else drawn(answer), BOT)
        return self.heard

    async def presses(self, member, shown, key, chosen):
        self.done.append(("presses", member.key, shown.number, key, chosen))
        return self.heard

    async def joins(self, member):
        self.done.append(("joins", member.key))
        return self.heard

    async def repeats(self, shown):
        self.done.append(("repeats", shown.number))
        return self.heard

    def _post(self, chat, message, author):
        return self.tenant.transcript.post(chat, message, author, at_ms=self.tenant.clock.ms())


@dataclass
class SmallProgramme:
    moment: datetime = MONDAY
    codes: dict = field(default_factory=lambda: {"T1": "7K3M9QXD"})
    bound: set = field(default_factory=set)

    def now(self):
        return self.moment

    def move_to(self, moment):
        self.moment = moment

    def moments(self):
        soft = datetime(2024, 5, 30, 8, 0, tzinfo=SHANGHAI)
        return [("今天 18:00", self.moment.replace(hour=18, minute=0)), ("5月30日 8:00（软截止日）", soft)]

    def is_bound(self, platform, account):
        return (platform, account) in self.bound

    def binding_code(self, staff_no):
        if staff_no not in self.codes:
            raise LookupError("花名册里没有这个人，领不到绑定码。")
        return self.codes[staff_no]


def both(account):
    return {Platform.WECOM: account, Platform.DINGTALK: account}


TEACHER = Member(
    key="T1", name="示例甲", unit="示例县第一小学", team="语文组", roles=("教师",), accounts=both("t1")
)
LEADER = Member(
    key="T2",
    name="示例乙",
    unit="示例县第一小学",
    team="语文组",
    roles=("教研组长", "教师"),
    accounts=both("t2"),
)
HEAD = Member(
    key="T3", name="示例丙", unit="示例县中心幼儿园", roles=("园长",), accounts={Platform.WECOM: "t3"}
)
OFFICE = Member(key="T4", name="示例丁", unit="示例县教育局", roles=("项目办",), accounts=both("t4"))
SECOND = Member(
    key="T5", name="演练戊", unit="示例县第二小学", team="数学组", roles=("教师",), accounts=both("t5")
)
STRANGER = Member(key="X1", name="外来己", roles=("外部人员",))
PEOPLE = [TEACHER, LEADER, HEAD, OFFICE, SECOND, STRANGER]
GROUPS = [
    Group(
        key=f"g-{platform}",
        platform=platform,
        name="示例一小 · 语文组",
        chat_id=f"{start}Group1",
        members=frozenset({"T1", "T2", "X1"}),
        webhook=f"hook-{platform}",
    )
    for platform, start in ((Platform.WECOM, "wr"), (Platform.DINGTALK, "cid"))
]


def application(sides, programme):
    app = sides.web
    for side in (sides.wecom, sides.dingtalk):
        app.add_routes([route(sides.tenant, call) for call in side.calls()])
    add_page(sides, programme)

    async def shut(_app):
        sides.tenant.closing.set()

    app.on_shutdown.insert(0, shut)
    return app
