"""Files that the bot uploads in pieces and sends."""

from base64 import b64encode
from hashlib import md5

import pytest

from tests.kit.aibot import IN_GROUP

CONTENT = bytes(range(256)) * 3000  # 768000 bytes: one piece of 524288 and one of 243712
PIECES = [CONTENT[:524288], CONTENT[524288:]]


def opening(**more):
    total = {"type": "file", "filename": "学时汇总.xlsx", "total_size": len(CONTENT), "total_chunks": 2}
    return {**total, "md5": md5(CONTENT, usedforsecurity=False).hexdigest(), **more}


def piece(upload_id, index, content):
    return {"upload_id": upload_id, "chunk_index": index, "base64_data": b64encode(content).decode()}


async def begun(bot, **more):
    ack = await bot.sends("aibot_upload_media_init", opening(**more))
    assert ack["errcode"] == 0
    return ack["body"]["upload_id"]


@pytest.mark.parametrize("first", [0, 1])
async def test_pieces_come_in_any_order_twice_and_counted_from_either_number(place, heard, bot, first):
    frame, _ = await heard(chat=IN_GROUP)
    upload_id = await begun(bot)
    for index in (1, 0, 0):
        chunk = piece(upload_id, index + first, PIECES[index])
        assert await bot.code("aibot_upload_media_chunk", chunk) == 0
    done = (await bot.sends("aibot_upload_media_finish", {"upload_id": upload_id}))["body"]
    assert done["type"] == "file"
    assert done["created_at"].isdigit()
    stored = place.tenant.media.find(done["media_id"])
    assert (stored.content, stored.file_name) == (CONTENT, "学时汇总.xlsx")
    sent = {"msgtype": "file", "file": {"media_id": done["media_id"]}}
    assert await bot.answers(frame, sent) == 0
    assert await bot.pushes("wrExampleGroup", sent) == 0
    assert place.told(IN_GROUP)[-2:] == ["[文件] 学时汇总.xlsx"] * 2
    assert await bot.code("aibot_upload_media_finish", {"upload_id": upload_id}) == 40058
    picture = {"msgtype": "image", "image": {"media_id": done["media_id"]}}
    assert await bot.answers(frame, picture) == 40007
    place.tenant.clock.run_ahead(3 * 24 * 3600 + 1)
    late, _ = await heard(chat=IN_GROUP)
    assert await bot.answers(late, sent) == 40007


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"type": "news"}, 40004),
        ({"filename": ""}, 40058),
        ({"total_size": 5}, 40006),
        ({"type": "voice", "total_size": 2 * 1024 * 1024 + 1}, 45001),
        ({"type": "image", "total_size": 10 * 1024 * 1024}, 0),
        ({"type": "image", "total_size": 10 * 1024 * 1024 + 1}, 45001),
        ({"total_size": 20 * 1024 * 1024 + 1}, 45001),
        ({"total_chunks": 0}, 40058),
        ({"total_chunks": 101}, 40058),
        ({"total_chunks": "2"}, 40058),
    ],
)
async def test_what_is_announced_has_to_fit(bot, more, code):
    assert await bot.code("aibot_upload_media_init", opening(**more)) == code


@pytest.mark.parametrize(
    ("index", "content", "code"),
    [(0, b"x" * 524288, 0), (0, b"x" * 524289, 40058), (0, b"", 40058), (3, b"x", 40058), (-1, b"x", 40058)],
)
async def test_a_piece_has_to_fit(bot, index, content, code):
    assert await bot.code("aibot_upload_media_chunk", piece(await begun(bot), index, content)) == code


async def test_a_piece_has_to_be_base64(bot):
    chunk = {**piece(await begun(bot), 0, b"x"), "base64_data": "不是"}
    assert await bot.code("aibot_upload_media_chunk", chunk) == 40058


@pytest.mark.parametrize(
    ("more", "indices", "code"),
    [
        ({}, [0], 40058),
        ({}, [0, 2], 40058),
        ({"total_size": 768001}, [0, 1], 40006),
        ({"md5": "0" * 32}, [0, 1], 40058),
    ],
)
async def test_what_does_not_add_up_is_no_file(bot, more, indices, code):
    upload_id = await begun(bot, **more)
    for index, content in zip(indices, PIECES, strict=False):
        await bot.code("aibot_upload_media_chunk", piece(upload_id, index, content))
    assert await bot.code("aibot_upload_media_finish", {"upload_id": upload_id}) == code


async def test_a_session_is_over_after_half_an_hour(place, bot):
    upload_id = await begun(bot)
    place.tenant.clock.run_ahead(1801)
    assert await bot.code("aibot_upload_media_chunk", piece(upload_id, 0, b"x")) == 40058


async def test_thirty_uploads_a_minute(place, bot):
    for _ in range(30):
        await begun(bot)
    assert await bot.code("aibot_upload_media_init", opening()) == 45009
    place.tenant.clock.run_ahead(61)
    await begun(bot)


@pytest.mark.parametrize("field", ["title", "description"])
async def test_what_is_said_of_a_video_is_text(heard, bot, field):
    await heard()
    upload_id = await begun(bot, type="video", filename="示范课.mp4")
    for index, content in enumerate(PIECES):
        assert await bot.code("aibot_upload_media_chunk", piece(upload_id, index, content)) == 0
    media_id = (await bot.sends("aibot_upload_media_finish", {"upload_id": upload_id}))["body"]["media_id"]
    for told, code in ((7, 40058), (["示范课"], 40058), ("示范课", 0), (None, 0)):
        video = {"media_id": media_id, field: told}
        assert await bot.pushes("T1", {"msgtype": "video", "video": video}) == code
