"""A whole installation, driven through whatever it can do and whatever can go wrong, keeps its secrets to itself."""

import asyncio
import io
import json
import re
import zipfile
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from urllib.parse import quote, quote_plus

import pytest
from aiohttp import ClientSession, CookieJar, FormData
from sqlalchemy import MetaData, make_url, select

import bot as bot_package
import handlers
import messages
import storage
from bot.app import Parts
from bot.clock import SystemClock
from bot.plan_file import load_plan
from bot.points_file import load_catalogue
from bot.policy.outgoing import Way
from bot.settings import read_settings
from bot.tenant.faults import Effect
from bot.tenant.installation import DingTalkRobot, Installation, WeComApp
from bot.tenant.people import Chat, Platform, Room
from bot.tenant.tenant import Said
from bot.tenant.wire import Towards
from tests.kit.forkserver import Order
from tests.kit.installation import SECRET_KEY, environment
from tests.kit.processes import Town, town

__all__ = ["town"]

PASSWORD = "Passwort-der-Datenbank/7+Q"
SIGNING = "SECsigningSecretOfOneGroup0123456789"
GIVEN = {
    "BOT_WECOM__SECRET": "corpSecretThatNobodySees-Zx81",
    "BOT_WECOM__TOKEN": "callbackTokenThatNobodySees7",
    "BOT_WECOM__ENCODING_AES_KEY": "K7kqW3vZ1mXc9LbN5tRyU2eHjGfDsAqP0oIiOlPwE4T",
    "BOT_DINGTALK__CLIENT_SECRET": "clientSecretThatNobodySees-88/=+x",
    "BOT_SECRET_KEY": SECRET_KEY,
}
WORDS = "一句谁也不该在日志里看到的话"
PERSON, MOBILE = "示例稀", "13900007531"
ROSTER = f"姓名,人员编号,学校,学科,手机号,身份\n{PERSON},T77,示例县第一小学,语文,{MOBILE},教师\n"
CHATS = {Platform.WECOM: Room.APP, Platform.DINGTALK: Room.ROBOT}


@pytest.fixture
def installation() -> Installation:
    return Installation(
        app=WeComApp(
            corp_id="wwexample00000000",
            agent_id=1000002,
            secret=GIVEN["BOT_WECOM__SECRET"],
            token=GIVEN["BOT_WECOM__TOKEN"],
            encoding_aes_key=GIVEN["BOT_WECOM__ENCODING_AES_KEY"],
        ),
        robot=DingTalkRobot(
            client_id="dingexample",
            client_secret=GIVEN["BOT_DINGTALK__CLIENT_SECRET"],
            robot_code="dingexamplerobot",
        ),
    )


def forms(secret: str) -> Iterator[str]:
    """As it stands, and as it might be written in addresses, headers, JSON, dumps and tokens."""
    raw = secret.encode()
    yield secret
    yield quote(secret)
    yield quote(secret, safe="")
    yield quote_plus(secret)
    yield json.dumps(secret)[1:-1]
    yield raw.hex()
    yield raw.hex().upper()
    for encode in (b64encode, urlsafe_b64encode):
        for before in range(3):  # wherever in what is encoded it begins
            encoded = encode(b"\0" * before + raw).decode().rstrip("=")
            start, end = -(-before * 4 // 3) + (before > 0), len(encoded) - (len(raw) + before) % 3
            yield encoded[start : end - 1]


class Everything:
    """Whatever came out, by where it came out."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def keep(self, where: str, content: str | bytes) -> None:
        if isinstance(content, bytes):
            if content.startswith(b"PK"):
                with zipfile.ZipFile(io.BytesIO(content)) as archive:
                    content = b"".join(archive.read(name) for name in archive.namelist())
            content = content.decode("utf-8", "replace") + content.hex()
        self.kept[where] = self.kept.get(where, "") + content

    def found(self, secrets: dict[str, str]) -> list[tuple[str, str]]:
        return [
            (name, where)
            for name, secret in secrets.items()
            for where, content in self.kept.items()
            if any(form in content for form in forms(secret))
        ]


def test_a_secret_is_found_however_it_is_written():
    secret = "corpSecret/that+Nobody=sees"
    for before in ("", "a", "ab", "abc", "?key="):
        said = f"{before}{secret}&x"
        for written in (
            said,
            quote(said),
            said.encode().hex(),
            b64encode(said.encode()).decode(),
            urlsafe_b64encode(said.encode()).decode(),
        ):
            everything = Everything()
            everything.keep("there", written)
            assert everything.found({"it": secret}) == [("it", "there")], (before, written)
            assert everything.found({"another": "anotherSecretOfThisLength"}) == []


@pytest.fixture
def database_url(request, tmp_path) -> Iterator[str]:
    """PostgreSQL, with a password in its address."""
    with request.getfixturevalue("postgres").database() as address:
        yield make_url(address).set(password=PASSWORD).render_as_string(hide_password=False)


def group_secrets(town: Town) -> dict[str, str]:
    return {
        f"{part} of {group.name}": value
        for group in town.tenant.directory.groups.values()
        for part, value in (("webhook", group.webhook), ("signing secret", group.webhook_secret))
        if value
    }


def tokens(town: Town) -> dict[str, str]:
    """What the platforms have handed out."""
    found = {}
    for one in town.tenant.wire.exchanges():
        if one.towards is Towards.PLATFORM and "token" in one.name.lower():
            answered = json.loads(one.answer) if one.answer.startswith("{") else {}
            for name in ("access_token", "accessToken"):
                if answered.get(name):
                    found[f"{name} of {one.name}"] = answered[name]
        elif "sessionWebhook" in one.body:
            address = json.loads(one.body)["sessionWebhook"]
            found[f"session of {one.name}"] = address.rpartition("=")[2]
    return found


async def says(town: Town, account: str, platform: Platform, text: str) -> str:
    side = town.app.wecom if platform is Platform.WECOM else town.app.dingtalk
    chat = Chat(platform, CHATS[platform], account)
    member = town.tenant.directory.by_account(platform, account)
    before = len(town.tenant.transcript.of(chat))
    await side.says(member, chat, Said(text=text))
    shown = town.tenant.transcript.of(chat)[before:]
    return "\n".join(one.drawn.text for one in shown if one.by_bot)


COMMANDS = (
    ["check", "--standings"],
    ["doctor"],
    ["migrate"],
    ["group", "list"],
    ["group", "bind", "--platform", "wecom", "--county", "--webhook", "https://example.com/{webhook}"],
    [
        "group",
        "bind",
        "--platform",
        "dingtalk",
        "--county",
        "--webhook",
        "not {webhook}",
        "--secret",
        SIGNING,
    ],
    ["outbox", "list"],
    ["person", "list", "--school", "示例县第一小学"],
    ["person", "code", "nobody"],
    ["import", "roster", "roster.csv", "--dry-run"],
    ["job", "daily-ranking", "--date", "2024-05-20"],
    ["export", "audit", "taken.csv"],
    ["export", "roster", "taken.xlsx"],
    ["backup", "taken.backup"],
    ["nothing-of-this-name"],
)
_AT = f"bot:{quote(PASSWORD, safe='')}@127.0.0.1"
WRONG = (
    {"BOT_DATABASE_URL": f"postgresql://{_AT}:9/none"},  # nobody is there
    {"BOT_DATABASE_URL": f"mysql://{_AT}/none"},
    {
        "BOT_WECOM__ENCODING_AES_KEY": GIVEN["BOT_WECOM__ENCODING_AES_KEY"] + "x",
        "BOT_WECOM__AGENT_ID": GIVEN["BOT_WECOM__SECRET"],
        "BOT_DINGTALK__MODE": GIVEN["BOT_DINGTALK__CLIENT_SECRET"],
        "BOT_WECOM__SECRETT": GIVEN["BOT_WECOM__SECRET"],
        "BOT_PORT": GIVEN["BOT_SECRET_KEY"],
        "BOT_CLOCK_START": GIVEN["BOT_WECOM__TOKEN"],
    },
)


@pytest.fixture
def runs(town, forkserver):
    """Runs a command beside the bot, with its settings."""

    def run(*arguments, **settings):
        plain = {
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "BOT_DATABASE_URL": town.database_url,
            "BOT_LOG_LEVEL": "debug",
            **environment(town.tenant.installation, town.url),
            **settings,
        }
        return forkserver.run(Order("bot", list(arguments), str(town.folder), plain), stdin="", timeout=60)

    return run


class Drive:
    """The installation while everything is tried on it."""

    def __init__(self, town: Town, runs, process) -> None:
        self.town = town
        self.runs = runs
        self.process = process
        self.rooms = [town.group(Way.WECOM_WEBHOOK), town.group(Way.DINGTALK_WEBHOOK, 1)]
        self.everything = Everything()
        self.secrets = dict(GIVEN) | {"the database's password": PASSWORD, "signing": SIGNING}

    async def people(self) -> None:
        """What they say, a one-time link, and a code to be bound with."""
        for platform in Platform:
            for text in ("我的学时", WORDS, "提交 A1 https://example.com/x 提取码 8k2d", "后台"):
                said = await says(self.town, "T4", platform, text)
        self.secrets["a link's code"] = re.search(r"/enter/([\w-]+)", said)[1]
        printed = self.runs("person", "code", "T1")
        assert printed.returncode == 0, printed.stderr
        code = self.secrets["a binding code"] = re.search(r"\b[0-9A-Z]{6,}\b", printed.stdout)[0]
        said = await says(self.town, "T3", Platform.DINGTALK, f"绑定 示例甲 {code}")
        assert code not in said

    async def platforms(self) -> None:
        """What they take, and how they refuse."""
        town = self.town
        town.post(*self.rooms)
        await town.until_done()
        for effect in (Effect.HTML, Effect.RESET, Effect.HTTP_500):
            fault = town.fault(effect, "*")
            town.post(*self.rooms, said=f"{WORDS} {effect.value}")
            town.tell(1, f"{WORDS} {effect.value}", Platform.WECOM)
            town.tell(2, f"{WORDS} {effect.value}", Platform.DINGTALK)
            await town.until(lambda fault=fault: fault.struck > 0)
            town.tenant.faults.clear()
            town.minute_passes()

    async def strangers(self, session: ClientSession) -> None:
        doors = ("/wecom/app/callback?msg_signature=a&timestamp=1&nonce=n&echostr=a", "/dingtalk/callback")
        for door in doors:
            for body in (b"", b"<xml><Encrypt>AAAA</Encrypt></xml>", b"x" * 70_000):
                headers = {"sign": "a", "timestamp": "1"}
                async with session.post(self.process.address + door, data=body, headers=headers) as seen:
                    self.everything.keep("a refusal", await seen.read() + str(seen.headers).encode())
        await self.looks(session, "/readyz", "/livez", "/metrics", "/me", "/office", "/x", "/me/enter/%00")
        await self.looks(session, "/office/enter/" + "a" * 43)

    async def office(self, session: ClientSession) -> None:
        """On its pages."""
        link = self.secrets["a link's code"]
        entrance = f"{self.process.address}/office/enter/{link}"
        async with session.get(entrance) as home:
            assert home.status == 200
            csrf = re.search(r'name="csrf" value="([0-9a-f]+)"', await home.text())[1]
        (cookie,) = session.cookie_jar
        self.secrets["a session's cookie"] = cookie.value
        await self.looks(
            session, *(f"/office{page}" for page in ("", "/groups", "/outbox", "/audit", "/jobs", "/plan"))
        )
        await self.looks(session, "/me", "/me/sessions", entrance.removeprefix(self.process.address))
        key = self.rooms[0].group.webhook
        for webhook in (
            f"https://example.com/{key}",
            f"{self.town.url}/wecom/cgi-bin/webhook/send?key={key}",
        ):
            form = {"csrf": csrf, "platform": "wecom", "webhook": webhook, "secret": SIGNING}
            async with session.post(self.process.address + "/office/groups/bind", data=form) as seen:
                self.everything.keep("binding a group", await seen.read())
        upload = FormData({"csrf": csrf, "kind": "roster"})
        upload.add_field("file", ROSTER.encode(), filename="名册.csv", content_type="text/csv")
        async with session.post(self.process.address + "/office/import", data=upload) as seen:
            assert seen.status == 200
            await self.town.until(lambda: "a received file" in self.process.said())
            await self.looks(session, seen.url.path)

    async def looks(self, session: ClientSession, *paths: str) -> None:
        for path in paths:
            async with session.get(self.process.address + path) as seen:
                self.everything.keep(f"page {path}", await seen.read())
                self.everything.keep(
                    "headers", str([one for one in seen.headers.items() if one[0] != "Set-Cookie"])
                )

    def commands(self) -> None:
        """With right settings and with wrong ones."""
        webhook = self.rooms[0].group.webhook
        for command in COMMANDS:
            self.ran(*(word.replace("{webhook}", webhook) for word in command))
        for number, settings in enumerate(WRONG):
            for command in ("check", "doctor", "serve")[: 3 if number < 1 else 1]:
                self.ran(command, **settings)
        for written in self.town.folder.glob("taken*"):
            self.everything.keep(f"file {written.name}", written.read_bytes())

    def ran(self, *command: str, **settings: str) -> None:
        done = self.runs(*command, **settings)
        self.everything.keep("command " + command[0], done.stdout + done.stderr)

    def rows(self) -> None:
        """What stands in the database in clear."""
        tables = MetaData()
        with self.town.database.reading() as connection:
            tables.reflect(connection)
            for table in tables.sorted_tables:
                for row in connection.execute(select(table)):
                    for value in row:
                        kept = bytes(value) if isinstance(value, memoryview | bytes) else str(value)
                        self.everything.keep(f"table {table.name}", kept)

    def parts(self) -> None:
        """As they print themselves."""
        town = self.town
        given = environment(town.tenant.installation, town.url) | {"BOT_DATABASE_URL": town.database_url}
        settings = read_settings(given, town.folder)
        assert settings.database_url == town.database_url
        parts = parts_of(settings, town)
        self.everything.keep(
            "parts", f"{settings!r} {settings} {parts!r} {town.database.url!r} {town.database.engine!r}"
        )


async def test_no_secret_comes_out_anywhere(town, runs):
    (town.folder / "roster.csv").write_text(ROSTER, encoding="utf-8")
    town.settle()
    process = await town.serve(BOT_LOG_LEVEL="debug", BOT_DATABASE_URL=town.database_url)
    town.tenant.bot_url = process.address
    drive = Drive(town, runs, process)
    await drive.people()
    await drive.platforms()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as session:
        await drive.strangers(session)
        await drive.office(session)
    await asyncio.to_thread(drive.commands)
    await process.ask_to_stop()
    drive.everything.keep("log", process.said())
    drive.rows()
    drive.parts()

    secrets = drive.secrets | group_secrets(town) | tokens(town)
    assert "access_token of wecom.gettoken" in secrets
    kept = drive.everything.kept
    assert {
        "page /metrics",
        "table outbox",
        "log",
        "command doctor",
        "parts",
        "file taken.csv",
    } <= kept.keys()
    assert len(kept) > 60
    assert drive.everything.found(secrets) == []

    # Nor what people have said, nor what they are called, in any log.
    for said in (WORDS, PERSON, MOBILE, "示例甲", "示例丁", "8k2d"):
        assert said not in kept["log"], said


def parts_of(settings, town: Town) -> Parts:
    return Parts(
        settings=settings,
        database=town.database,
        plan=load_plan(None),
        catalogue=load_catalogue(None),
        clock=SystemClock(),
        journal_folder=town.folder,
    )


SECRET_FIELDS = frozenset(
    {"secret", "secret_key", "client_secret", "encoding_aes_key", "webhook", "token", "password", "reply_url"}
    | {"database_url", "file_at", "file_key", "card_code", "csrf"}
)


def modules() -> Iterator[str]:
    for package in (bot_package, handlers, messages, storage):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            is_ours = not module.name.startswith(("bot.tenant", "bot.cli", "bot.demo", "storage.migrations"))
            if is_ours and not module.name.endswith("__main__"):
                yield module.name


def test_no_part_shows_a_secret_when_it_is_printed():
    """A dataclass in a trace, a log line or an assertion prints its fields."""
    showing = {
        f"{kind.__module__}.{kind.__qualname__}.{field.name}"
        for name in modules()
        for kind in vars(import_module(name)).values()
        if isinstance(kind, type) and is_dataclass(kind) and kind.__module__ == name
        for field in fields(kind)
        if field.name in SECRET_FIELDS and field.repr and "SecretStr" not in str(field.type)
    }
    assert showing == set()
