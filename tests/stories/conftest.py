"""People who talk to the bot over the platforms' real wire formats, and an office that imports files."""

import base64
import hashlib
import hmac
import itertools
import json
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from bot.app import Parts, build_app
from bot.clock import SHANGHAI, SystemClock
from bot.plan_file import load_plan
from bot.platforms.wecom.crypto import Cipher, signature
from bot.points_file import load_catalogue
from bot.settings import read_settings
from storage.standings import rewrite
from storage.tables import account, online_snapshot, person, role, school, teaching_group

CORP, TOKEN, AES = "wwexample00000000", "exampletoken", "e" * 43
CLIENT_SECRET, ROBOT = "example-client-secret", "dingexamplerobot"
SECRET_KEY = "example-secret-key-of-the-stories-0000"
SETTINGS = {
    "BOT_SECRET_KEY": SECRET_KEY,
    "BOT_WECOM__CORP_ID": CORP,
    "BOT_WECOM__AGENT_ID": "1000002",
    "BOT_WECOM__SECRET": "example-app-secret",
    "BOT_WECOM__TOKEN": TOKEN,
    "BOT_WECOM__ENCODING_AES_KEY": AES,
    "BOT_DINGTALK__CLIENT_ID": "dingexample",
    "BOT_DINGTALK__CLIENT_SECRET": CLIENT_SECRET,
    "BOT_DINGTALK__ROBOT_CODE": ROBOT,
}
# Monday of the last week but one before the soft date.
TODAY = datetime(2024, 5, 20, 9, 0, tzinfo=SHANGHAI)


class StoryClock(SystemClock):
    """The programme stands on a Monday; signatures are checked by the real clock."""

    def __init__(self) -> None:
        super().__init__()
        self.today = TODAY

    def now(self) -> datetime:
        return self.today


@dataclass
class Phone:
    """One person on one platform."""

    http: object
    account: str
    numbers: itertools.count = field(default_factory=itertools.count)

    async def says(self, text: str, *, group: str = "", key: str = "") -> str:
        """What the platform shows as the answer; "" for silence."""
        status, said = await self.sends(text, group=group, key=key)
        assert status == 200
        return said

    def _key(self, key: str) -> str:
        return key or f"{self.account}-{next(self.numbers)}"


class DingTalkPhone(Phone):
    platform = "dingtalk"

    async def sends(self, text: str, *, group: str = "", key: str = "") -> tuple[int, str]:
        timestamp = str(self.http.clock.real_ms())
        sign = hmac.new(CLIENT_SECRET.encode(), f"{timestamp}\n{CLIENT_SECRET}".encode(), hashlib.sha256)
        body = {
            "msgtype": "text",
            "text": {"content": f" {text}"},
            "msgId": self._key(key),
            "createAt": int(timestamp),
            "conversationType": "2" if group else "1",
            "conversationId": group or f"cid-{self.account}",
            "senderId": f"$:LWCP_v1:${self.account}",
            "senderStaffId": self.account,
            "senderNick": "示例",
            "chatbotUserId": "$:LWCP_v1:$robot",
            "robotCode": ROBOT,
        }
        answer = await self.http.post(
            "/dingtalk/callback",
            data=json.dumps(body),
            headers={"timestamp": timestamp, "sign": base64.b64encode(sign.digest()).decode()},
        )
        if answer.status != 200:
            return answer.status, await answer.text()
        said = await answer.json()
        match said["msgtype"]:
            case "empty":
                return 200, ""
            case "text":
                return 200, said["text"]["content"]
            case "markdown":
                return 200, said["markdown"]["text"]
        raise AssertionError(said)


class WeComPhone(Phone):
    platform = "wecom"
    cipher = Cipher(AES, CORP)

    async def sends(self, text: str, *, group: str = "", key: str = "") -> tuple[int, str]:
        assert not group, "a self-built app never hears a group"
        second = str(self.http.clock.real_ms() // 1000)
        number = int.from_bytes(hashlib.sha256(self._key(key).encode()).digest()[:7], "big")
        inner = (
            f"<xml><ToUserName>{CORP}</ToUserName><FromUserName><![CDATA[{self.account}]]></FromUserName>"
            f"<CreateTime>{second}</CreateTime><MsgType>text</MsgType>"
            f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId><AgentID>1000002</AgentID></xml>"
        )
        encrypt = self.cipher.encrypt(inner.encode())
        signed = signature(TOKEN, second, "nonce", encrypt)
        answer = await self.http.post(
            f"/wecom/app/callback?msg_signature={signed}&timestamp={second}&nonce=nonce",
            data=f"<xml><ToUserName>{CORP}</ToUserName><Encrypt>{encrypt}</Encrypt></xml>",
        )
        body = await answer.read()
        if answer.status != 200 or not body:
            return answer.status, body.decode()
        return 200, self._opened(body)

    def _opened(self, body: bytes) -> str:
        sealed = ET.fromstring(body)
        encrypt = sealed.findtext("Encrypt")
        assert sealed.findtext("MsgSignature") == signature(
            TOKEN, sealed.findtext("TimeStamp"), sealed.findtext("Nonce"), encrypt
        )
        reply = ET.fromstring(self.cipher.decrypt(encrypt))
        assert reply.findtext("ToUserName") == self.account
        content = reply.findtext("Content")
        assert len(content.encode()) <= 2048
        return content


PHONES = {"wecom": WeComPhone, "dingtalk": DingTalkPhone}


@pytest.fixture
def plan():
    return load_plan(None)


@pytest.fixture
def clock():
    return StoryClock()


@pytest.fixture
def parts(database, plan, clock, tmp_path):
    return Parts(
        settings=read_settings(SETTINGS, tmp_path),
        database=database,
        plan=plan,
        catalogue=load_catalogue(None),
        clock=clock,
        journal_folder=tmp_path / "journal",
    )


@pytest.fixture
async def http(aiohttp_client, parts):
    client = await aiohttp_client(build_app(parts))
    client.clock = parts.clock
    return client


@pytest.fixture(params=["wecom", "dingtalk"])
def phone(request, http):
    """`phone("t1")`: somebody's phone, on one platform or the other."""
    return lambda name: PHONES[request.param](http, name)


@pytest.fixture
def dingtalk(http):
    return lambda name: DingTalkPhone(http, name)


@pytest.fixture
def county(parts):
    """示例县: two schools, four people who are bound on both platforms."""
    people = [
        {"id": 1, "staff_no": "T1", "name": "示例甲", "school_id": 1, "group_id": 1, "subject": "语文"},
        {"id": 2, "staff_no": "T2", "name": "示例乙", "school_id": 1, "group_id": 1, "subject": "数学"},
        {"id": 3, "staff_no": "T3", "name": "示例丙", "school_id": 1, "group_id": None, "subject": ""},
        {"id": 4, "staff_no": "T4", "name": "示例丁", "school_id": 2, "group_id": None, "subject": ""},
    ]
    roles = [(2, "leader", 1, 1), (3, "principal", 1, None), (4, "office", None, None)]
    with parts.database.writing() as connection:
        connection.execute(
            school.insert(),
            [
                {"id": 1, "name": "示例县第一小学", "kind": "primary"},
                {"id": 2, "name": "示例县教育局", "kind": "other"},
            ],
        )
        connection.execute(teaching_group.insert().values(id=1, school_id=1, name="语文组"))
        connection.execute(person.insert(), [dict(row, study_account=f"s{row['id']}") for row in people])
        for platform in PHONES:
            connection.execute(
                account.insert(),
                [
                    {
                        "platform": platform,
                        "folded": f"t{number}",
                        "verbatim": f"T{number}",
                        "person_id": number,
                        "source": "roster",
                        "bound_at": 1,
                    }
                    for number in range(1, 5)
                ],
            )
        connection.execute(
            role.insert(),
            [
                {
                    "person_id": who,
                    "role": name,
                    "school_id": where,
                    "group_id": group,
                    "source": "roster",
                    "granted_at": 1,
                }
                for who, name, where, group in roles
            ],
        )
        connection.execute(
            online_snapshot.insert().values(
                person_id=1, as_of=datetime(2024, 5, 19, tzinfo=SHANGHAI).date(), online_hours=1850
            )
        )
        rewrite(connection, [1, 2, 3, 4], parts.plan, parts.catalogue)
    return parts
