"""Somebody else's client (wechatpy, its enterprise part) takes the emulator for WeCom."""

import asyncio
from io import BytesIO

import pytest
from wechatpy.enterprise import WeChatClient
from wechatpy.exceptions import WeChatClientException

from tests.tenant.wecom.conftest import AGENT, CORP, SECRET, Chat, Platform, Room

pytestmark = pytest.mark.filterwarnings("ignore:`_(get|post)` method of `WeChatClient`:DeprecationWarning")


@pytest.fixture
def client(server, tenant):
    class Client(WeChatClient):
        API_BASE_URL = f"{tenant.base_url}/wecom/cgi-bin/"

        def fetch_access_token(self):
            # wechatpy has the official address written out here.
            return self._fetch_access_token(
                f"{self.API_BASE_URL}gettoken", {"corpid": self.corp_id, "corpsecret": self.secret}
            )

    made = Client(CORP, SECRET, timeout=5)
    yield made
    made._http.close()


@pytest.fixture
def call():
    """It is synchronous, and the emulator runs on this loop."""
    return asyncio.to_thread


async def test_it_fetches_a_token(client, call):
    answer = await call(client.fetch_access_token)
    assert (answer["errcode"], answer["expires_in"]) == (0, 7200)


async def test_it_sends_text_and_markdown(client, call, seen):
    await call(client.message.send_text, AGENT, ["Teacher_Jia"], "还差 6.5 学时")
    await call(client.message.send_markdown, AGENT, "Teacher_Jia", '**还差** <font color="info">6.5</font>')
    assert seen() == ["还差 6.5 学时", "还差 6.5"]


async def test_it_uploads_and_sends_a_file(client, call, seen):
    file = BytesIO(b"PK\x03\x04 rest")
    file.name = "names.xlsx"
    media = await call(client.media.upload, "file", file)
    await call(client.message.send_file, AGENT, ["Teacher_Jia"], media["media_id"])
    assert seen() == ["[文件] names.xlsx"]


async def test_it_makes_a_group_and_speaks_there(client, call, seen):
    made = await call(
        client.appchat.create, "grade3", "三年级组", "teacher_yi", ["Teacher_Jia", "teacher_yi"]
    )
    assert made["chatid"] == "grade3"
    await call(client.appchat.send_text, "grade3", "明天 9 点")
    assert seen(Chat(Platform.WECOM, Room.GROUP, "grade3")) == ["明天 9 点"]
    assert (await call(client.appchat.get, "grade3"))["name"] == "三年级组"


@pytest.mark.parametrize("ending", ["expire", "withdraw"])
async def test_it_fetches_another_token_when_its_own_has_ended(client, call, api, seen, ending):
    await call(client.fetch_access_token)
    getattr(api.access.tokens, ending)()
    await call(client.message.send_text, AGENT, ["Teacher_Jia"], "在")
    assert seen() == ["在"]
    assert api.access.tokens.issued == 2


async def test_it_is_told_what_is_wrong(client, call):
    with pytest.raises(WeChatClientException) as raised:
        await call(client.message.send_text, AGENT, ["nobody"], "在")
    assert raised.value.errcode == 81013


async def test_it_reads_people_and_addresses(client, call):
    assert (await call(client.user.get, "teacher_jia"))["name"] == "示例甲"
    assert await call(client.misc.get_wechat_ips) == ["127.0.0.1", "::1"]
