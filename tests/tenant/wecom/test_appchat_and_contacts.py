"""Groups of the app, uploads, and the ways to find people."""

import pytest

from bot.tenant.wecom.identifiers import open_userid
from tests.tenant.wecom.conftest import AMR, CORP, MP4, PNG, SECRET, Chat, Platform, Room

CHAT = Chat(Platform.WECOM, Room.GROUP, "grade3")
MADE = {
    "chatid": "grade3",
    "name": "三年级组",
    "owner": "teacher_yi",
    "userlist": ["Teacher_Jia", "teacher_yi"],
}
TEXT = {"chatid": "grade3", "msgtype": "text", "text": {"content": "明天 9 点"}, "safe": 0}


async def test_the_app_speaks_in_the_group_that_it_has_made(wecom, seen):
    assert await wecom.post("appchat/create", MADE) == {"errcode": 0, "errmsg": "ok", "chatid": "grade3"}
    assert await wecom.post("appchat/send", TEXT) == {"errcode": 0, "errmsg": "ok"}
    assert seen(CHAT) == ["明天 9 点"]


async def test_a_text_in_it_calls_people_in_two_ways(wecom, tenant, seen):
    await wecom.post("appchat/create", MADE)
    text = {"content": "<@teacher_jia> 请看 <@nobody>", "mentioned_list": ["teacher_yi", "teacher_jia"]}
    assert (await wecom.post("appchat/send", TEXT | {"text": text}))["errcode"] == 0
    assert seen(CHAT) == ["@示例甲 请看 <@nobody> @示例乙"]
    assert set(tenant.transcript.of(CHAT)[0].drawn.mentions) == {"teacher_jia", "teacher_yi"}


async def test_it_may_not_speak_in_the_groups_of_others(wecom, in_group):
    assert (await wecom.post("appchat/send", TEXT | {"chatid": "wrchinese"}))["errcode"] == 86008
    assert (await wecom.post("appchat/send", TEXT | {"chatid": "WRCHINESE"}))["errcode"] == 86003
    assert in_group() == []


async def test_a_group_is_read_and_changed(wecom, tenant):
    await wecom.post("appchat/create", MADE)
    assert (await wecom.read("appchat/get", chatid="grade3"))["chat_info"] == {
        "chatid": "grade3",
        "name": "三年级组",
        "owner": "teacher_yi",
        "userlist": ["Teacher_Jia", "teacher_yi"],
        "chat_type": 0,
    }
    change = {
        "chatid": "grade3",
        "name": "四年级组",
        "add_user_list": ["teacher_bing"],
        "del_user_list": ["teacher_yi"],
    }
    assert (await wecom.post("appchat/update", change))["errcode"] == 0
    assert (await wecom.read("appchat/get", chatid="grade3"))["chat_info"] == {
        "chatid": "grade3",
        "name": "四年级组",
        "owner": "Teacher_Jia",  # the owner has left, so the first of the others has it
        "userlist": ["Teacher_Jia", "teacher_bing"],
        "chat_type": 0,
    }
    jia = tenant.directory.members["jia"]
    assert [g.name for g in tenant.directory.groups_of(Platform.WECOM, jia)] == ["示例chinese", "四年级组"]
    leave = {"chatid": "grade3", "del_user_list": ["teacher_bing"]}
    assert (await wecom.post("appchat/update", leave))["errcode"] == 86006


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"userlist": ["teacher_jia"]}, 86006),
        ({"userlist": ["teacher_jia", "nobody"]}, 86216),
        ({"owner": "nobody"}, 86005),
        ({"owner": "teacher_bing"}, 86207),
        ({"chatid": "with-dash"}, 86001),
        ({"chatid": "a" * 33}, 86205),
        ({"chatid": ""}, 0),
        ({"owner": ""}, 0),
    ],
    ids=lambda value: value if isinstance(value, int) else "+".join(value),
)
async def test_a_group_that_is_wrong_is_not_made(wecom, changes, code):
    assert (await wecom.post("appchat/create", MADE | changes))["errcode"] == code


async def test_a_chat_id_is_given_once(wecom):
    await wecom.post("appchat/create", MADE)
    assert (await wecom.post("appchat/create", MADE))["errcode"] == 86215


async def test_beyond_200_a_minute_nobody_reads_it_and_there_is_no_error(wecom, seen):
    await wecom.post("appchat/create", MADE)
    for _ in range(202):
        assert (await wecom.post("appchat/send", TEXT))["errcode"] == 0
    assert len(seen(CHAT)) == 200


async def test_an_uploaded_file_is_downloaded_as_it_was(wecom, tenant):
    receipt = await wecom.upload("file", b"PK\x03\x04 rest", "成绩 单.xlsx")
    query = {"access_token": await wecom.fresh(), "media_id": receipt["media_id"]}
    async with wecom.http.get(f"{wecom.base}/wecom/cgi-bin/media/get", params=query) as answer:
        assert await answer.read() == b"PK\x03\x04 rest"
        assert answer.content_disposition.filename == "成绩 单.xlsx"
    tenant.clock.run_ahead(3 * 24 * 3600 + 1)
    wecom.token = ""
    assert (await wecom.read("media/get", media_id=receipt["media_id"]))["errcode"] == 40007
    assert (await wecom.read("media/get"))["errcode"] == 41006


@pytest.mark.parametrize(
    ("kind", "content", "code"),
    [
        ("image", b"GIF89a" + bytes(10), 40123),
        ("voice", b"RIFF" + bytes(10), 301017),
        ("video", bytes(20), 40004),
        ("thumb", PNG, 40005),
        ("file", b"12345", 40006),
        ("image", PNG + bytes(10 * 1024 * 1024), 45001),
        ("voice", AMR + bytes(2 * 1024 * 1024), 45001),
        ("video", MP4 + bytes(10 * 1024 * 1024), 45001),
        ("file", bytes(20 * 1024 * 1024 + 1), 45001),
        ("file", bytes(20 * 1024 * 1024), 0),
    ],
    ids=["GIF", "WAV", "no MP4", "kind", "5 bytes", "image", "voice", "video", "20 MB + 1", "20 MB"],
)
async def test_every_kind_of_file_has_its_limits(wecom, kind, content, code):
    assert (await wecom.upload(kind, content))["errcode"] == code


async def test_an_upload_without_a_file_is_empty(wecom):
    answer = await wecom.post("media/upload", b"x", access_token=await wecom.fresh(), type="file")
    assert answer["errcode"] == 44001


async def test_a_file_of_a_group_robot_is_not_the_apps(wecom):
    receipt = await wecom.robot_upload("file", b"123456")
    assert (await wecom.send("file", {"media_id": receipt["media_id"]}))["errcode"] == 40007


async def test_people_are_found_by_account_and_by_mobile(wecom):
    assert await wecom.read("user/get", userid="TEACHER_JIA") == {
        "errcode": 0,
        "errmsg": "ok",
        "userid": "Teacher_Jia",
        "name": "示例甲",
        "department": [1],
        "position": "教师",
        "status": 1,
        "main_department": 1,
    }
    assert (await wecom.read("user/get", userid="nobody"))["errcode"] == 60111
    assert (await wecom.read("user/get"))["errcode"] == 41009
    found = await wecom.post("user/getuserid", {"mobile": "13800000001"})
    assert found == {"errcode": 0, "errmsg": "ok", "userid": "Teacher_Jia"}
    for mobile, code in (("13899999999", 46004), ("十三", 60103), ("", 40063)):
        assert (await wecom.post("user/getuserid", {"mobile": mobile}))["errcode"] == code


async def test_encrypted_ids_become_plain_and_plain_ones_are_invalid(wecom):
    encrypted = open_userid("Teacher_Jia")
    assert encrypted.startswith("wo")
    assert encrypted == open_userid("teacher_jia")
    body = {"open_userid_list": [encrypted, "Teacher_Jia", "wounknown"]}
    assert await wecom.post("batch/openuserid_to_userid", body) == {
        "errcode": 0,
        "errmsg": "ok",
        "userid_list": [{"open_userid": encrypted, "userid": "Teacher_Jia"}],
        "invalid_open_userid_list": ["Teacher_Jia", "wounknown"],
    }
    many = {"open_userid_list": ["wox"] * 1001}
    assert (await wecom.post("batch/openuserid_to_userid", many))["errcode"] == 40058


async def test_callbacks_come_from_this_machine(wecom):
    assert (await wecom.read("getcallbackip"))["ip_list"] == ["127.0.0.1", "::1"]


async def test_the_wire_shows_what_was_asked_and_answered(wecom, tenant):
    await wecom.get("gettoken", corpid=CORP, corpsecret=SECRET)
    exchange = tenant.wire.exchanges()[-1]
    assert (exchange.name, exchange.method, exchange.status) == ("wecom.gettoken", "GET", 200)
    assert '"expires_in": 7200' in exchange.answer
