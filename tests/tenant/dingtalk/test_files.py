"""Files: uploaded by the bot, and fetched by it."""

import json
from io import BytesIO

import pytest
from aiohttp import FormData
from hypothesis import given
from hypothesis import strategies as st

from bot.tenant.dingtalk.identifiers import file_name_of
from bot.tenant.tenant import Said, SaidKind

from .conftest import LEADER, ROBOT, TEACHER

MEGABYTE = 1 << 20


async def upload(api, name, content, kind=None, *, field="media", query=None):
    form = FormData()
    if kind is not None:
        form.add_field("type", kind)
    form.add_field(field, BytesIO(content), filename=name, content_type="application/octet-stream")
    given_query = {"access_token": api.token} | (query or {})
    return await api.oapi("media/upload", data=form, query=given_query)


async def test_an_uploaded_file_can_be_sent_by_its_id(api, tenant, private):
    answer = await upload(api, "表.xlsx", b"zip", "file")
    assert {key: answer[key] for key in ("errcode", "errmsg", "type")} == {
        "errcode": 0,
        "errmsg": "ok",
        "type": "file",
    }
    assert answer["media_id"].startswith("@lAL")
    assert abs(answer["created_at"] - tenant.clock.stamp_ms()) < 5_000
    params = f'{{"mediaId":"{answer["media_id"]}","fileName":"表.xlsx","fileType":"xlsx"}}'
    body = {
        "robotCode": ROBOT.robot_code,
        "userIds": ["User001"],
        "msgKey": "sampleFile",
        "msgParam": params,
    }
    assert (await api.v1("robot/oToMessages/batchSend", body))[0] == 200
    (shown,) = tenant.transcript.of(private)
    assert (shown.drawn.text, shown.drawn.file_name) == ("[文件] 表.xlsx", "表.xlsx")
    gone = body | {"msgParam": params.replace("@lAL", "@lAX")}
    assert await api.refused("robot/oToMessages/batchSend", gone) == "resource.not.found"


@pytest.mark.parametrize(
    ("key", "params", "code"),
    [
        (
            "sampleFile",
            {"mediaId": "表.xlsx", "fileName": "表.xlsx", "fileType": "xlsx"},
            "resource.not.found",
        ),
        (
            "sampleVideo",
            {"duration": "3", "videoMediaId": "v", "videoType": "mp4", "picMediaId": "https://e.cn"},
            "resource.not.found",
        ),
        (
            "sampleFile",
            {"mediaId": "@l", "fileName": "表.csv", "fileType": "csv"},
            "invalidParameter.param.invalid",
        ),
        (
            "sampleVideo",
            {"duration": "3", "videoMediaId": "@v", "videoType": "avi", "picMediaId": "@p"},
            "invalidParameter.param.invalid",
        ),
    ],
)
async def test_what_was_never_uploaded_or_has_another_type_is_not_sent(api, read, private, key, params, code):
    body = {"robotCode": ROBOT.robot_code, "userIds": ["User001"], "msgKey": key}
    assert await api.refused("robot/oToMessages/batchSend", body | {"msgParam": json.dumps(params)}) == code
    assert read(private) == []


@pytest.mark.parametrize(("name", "status"), [("a.amr", 200), ("a.mp3", 400), ("a.wav", 400)])
async def test_of_the_sounds_that_can_be_uploaded_only_amr_can_be_sent(api, name, status):
    media = (await upload(api, name, b"sound", "voice"))["media_id"]
    body = {
        "robotCode": ROBOT.robot_code,
        "userIds": ["User001"],
        "msgKey": "sampleAudio",
        "msgParam": json.dumps({"mediaId": media, "duration": "3000"}),
    }
    assert (await api.v1("robot/oToMessages/batchSend", body))[0] == status


async def test_what_a_person_has_sent_is_not_an_upload(api, side, bot, tenant, private):
    await side.says(TEACHER, private, Said(kind=SaidKind.IMAGE, content=b"png"))
    (shown,) = tenant.transcript.of(private)
    params = {"mediaId": shown.drawn.picture, "fileName": "a.pdf", "fileType": "pdf"}
    body = {
        "robotCode": ROBOT.robot_code,
        "userIds": ["User001"],
        "msgKey": "sampleFile",
        "msgParam": json.dumps(params),
    }
    assert await api.refused("robot/oToMessages/batchSend", body) == "resource.not.found"


async def test_an_uploaded_picture_is_shown(api, tenant, private):
    media = (await upload(api, "a.PNG", b"png", "image"))["media_id"]
    body = {
        "robotCode": ROBOT.robot_code,
        "userIds": ["User001"],
        "msgKey": "sampleImageMsg",
        "msgParam": f'{{"photoURL":"{media}"}}',
    }
    await api.v1("robot/oToMessages/batchSend", body)
    (shown,) = tenant.transcript.of(private)
    assert tenant.media.find(shown.drawn.picture).content == b"png"


@pytest.mark.parametrize(
    ("name", "size", "kind", "code"),
    [
        ("a.png", 1, "photo", 40004),
        ("a.png", 1, None, 40004),
        ("a.webp", 1, "image", 40005),
        ("a", 1, "file", 40005),
        ("a.txt", 1, "file", 40005),
        ("a.ogg", 1, "voice", 40005),
        ("a.png", 0, "image", 40006),
        ("a.amr", 2 * MEGABYTE, "voice", 0),
        ("a.amr", 2 * MEGABYTE + 1, "voice", 40006),
        ("a.pdf", 20 * MEGABYTE, "file", 0),
        ("a.pdf", 20 * MEGABYTE + 1, "file", 40006),
    ],
)
async def test_each_kind_has_its_formats_and_its_size(api, name, size, kind, code):
    assert (await upload(api, name, b"x" * size, kind))["errcode"] == code


async def test_the_type_may_stand_in_the_address(api):
    assert (await upload(api, "a.png", b"x", query={"type": "image"}))["errcode"] == 0


async def test_the_file_is_called_media(api):
    assert (await upload(api, "a.png", b"x", "image", field="file"))["errcode"] == 41005


async def test_a_file_of_a_person_is_fetched_with_its_code(api, side, bot, tenant, private):
    content = bytes(range(256))
    await side.says(TEACHER, private, Said(kind=SaidKind.FILE, file_name="表.xlsx", content=content))
    code = bot.bodies[0]["content"]["downloadCode"]
    path, body = "robot/messageFiles/download", {"downloadCode": code, "robotCode": ROBOT.robot_code}
    status, answer = await api.v1(path, body)
    assert status == 200
    async with api.http.get(answer["downloadUrl"]) as download:
        assert (download.status, await download.read()) == (200, content)
        assert download.content_disposition.filename.endswith(".file")
    forged = answer["downloadUrl"].removesuffix(".file") + "x.file"
    async with api.http.get(forged) as download:
        assert download.status == 404
    for wrong, reason in (
        ({"downloadCode": "x"}, "invalidParameter.robotCode.downloadCode"),
        ({"downloadCode": ["x"]}, "invalidParameter.robotCode.downloadCode"),
        ({"downloadCode": ""}, "invalidParameter.robotCode.empty"),
        ({"robotCode": ""}, "invalidParameter.robotCode.empty"),
        ({"robotCode": "other"}, "invalidParameter.robotCode.auth"),
    ):
        assert await api.refused(path, body | wrong) == reason
    tenant.clock.run_ahead(3 * 24 * 3600 + 1)
    await api.log_in()
    assert await api.refused(path, body) == "invalidParameter.robotCode.downloadCode"


@given(st.text(max_size=60))
def test_downloads_have_names_that_fit_into_an_address(media_id):
    name = file_name_of(media_id)
    assert name.endswith(".file")
    assert name.removesuffix(".file").replace("-", "").replace("_", "").isalnum()


async def ask(api, path, body, **more):
    query = {"access_token": api.token}
    return await api.oapi(f"topapi/{path}", body, query=query, **more)


async def test_a_mobile_number_finds_a_member(api):
    found = await ask(api, "v2/user/getbymobile", {"mobile": "13800000002"})
    assert found == {"errcode": 0, "errmsg": "ok", "result": {"userid": "User002"}}
    form = await ask(api, "v2/user/getbymobile", None, data={"mobile": "13800000002"})
    assert form == found
    assert (await ask(api, "v2/user/getbymobile", {"mobile": "13800000009"}))["errcode"] == 60121
    for wrong in ("", "1380000000", "１３８００００００２", 13800000002):
        assert (await ask(api, "v2/user/getbymobile", {"mobile": wrong}))["errcode"] == 40104


async def test_user_id_and_union_id_lead_to_each_other(api):
    details = (await ask(api, "v2/user/get", {"userid": "User002"}))["result"]
    assert (details["name"], details["mobile"]) == (LEADER.name, LEADER.mobile)
    back = await ask(api, "user/getbyunionid", {"unionid": details["unionid"]})
    assert back["result"] == {"contact_type": 0, "userid": "User002"}
    assert (await ask(api, "v2/user/get", {"userid": "user002"}))["errcode"] == 33012
    assert (await ask(api, "v2/user/get", {}))["errcode"] == 400002
    assert (await ask(api, "user/getbyunionid", {"unionid": "x"}))["errcode"] == 60121
    assert (await ask(api, "user/getbyunionid", {}))["errcode"] == 400002
