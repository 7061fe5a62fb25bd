"""Answers that grow: whole texts, one end, six minutes."""

import asyncio
import json
from base64 import b64encode
from dataclasses import replace
from hashlib import md5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, rule

from bot.clock import SystemClock
from bot.tenant.calls import Refused
from bot.tenant.clock import PlatformClock
from bot.tenant.installation import Installation
from bot.tenant.people import Directory
from bot.tenant.tenant import Outcome, Tenant
from bot.tenant.transcript import Author
from bot.tenant.wecom.aibot.asked import Asked
from bot.tenant.wecom.aibot.streams import Streams, read_frame
from tests.kit.aibot import PRIVATE, QUICK, TEACHER, buttons
from tests.kit.patience import PATIENCE_SECONDS

PICTURE = b"\x89PNG\r\n\x1a\nexample"
ITEM = {
    "msgtype": "image",
    "image": {"base64": b64encode(PICTURE).decode(), "md5": md5(PICTURE, usedforsecurity=False).hexdigest()},
}


async def test_every_frame_replaces_the_text_until_the_end(place, heard, bot):
    frame, waiting = await heard()
    assert await bot.streams(frame, "正在", finish=False) == 0
    assert (place.last().drawn.text, place.last().drawn.unfinished) == ("正在", True)
    assert await bot.streams(frame, "正在查询…", finish=False) == 0
    assert not waiting.done()
    assert await bot.streams(frame, "**18.5** 学时") == 0
    assert (place.last().drawn.text, place.last().drawn.unfinished) == ("18.5 学时", False)
    assert len(place.told()) == 2
    assert (await waiting).outcome is Outcome.ANSWERED


async def test_a_finished_stream_takes_nothing_more(heard, bot):
    frame, _ = await heard()
    await bot.streams(frame, "完")
    assert await bot.streams(frame, "又来") == 846608
    assert await bot.streams(frame, "另一个", stream_id="s2") == 0


async def test_an_empty_last_frame_wipes_the_bubble(place, heard, bot):
    frame, _ = await heard()
    await bot.streams(frame, "正在查询…", finish=False)
    assert await bot.streams(frame, "") == 0
    assert place.told() == ["我的学时", ""]


async def test_thinking_is_folded(place, heard, bot):
    frame, _ = await heard()
    await bot.streams(frame, "<think>先查 <b>台账</b></think>\n18.5 学时")
    drawn = place.last().drawn
    assert drawn.text == "18.5 学时"
    assert drawn.html.startswith("<details><summary>思考过程</summary>先查 &lt;b&gt;台账&lt;/b&gt;</details>")


@pytest.mark.parametrize(
    ("since", "seconds", "code"),
    [
        ("first", (200, 200), 846608),  # 400 s after the first frame
        ("first", (350,), 0),
        ("message", (361,), 846608),
        ("last", (200, 200), 0),  # never more than 200 s between two frames
        ("last", (361,), 846608),
    ],
)
async def test_six_minutes_count_from_where_the_switch_says(place, heard, bot, since, seconds, code):
    place.tenant.switches.aibot_stream_since = since
    frame, _ = await heard()
    await bot.streams(frame, "开始", finish=False)
    codes = []
    for wait in seconds:
        place.tenant.clock.run_ahead(wait)
        codes.append(await bot.streams(frame, "还在", finish=False))
    assert codes[-1] == code
    assert set(codes[:-1]) <= {0}
    # What came too late is not shown, and what stands there does not grow any more.
    assert place.last().drawn.unfinished == (code == 0)


async def test_a_stream_that_is_never_finished_stops_growing(make_place, connect):
    place = await make_place(pace=replace(QUICK, stream_life=0.3))
    bot = await connect(place)
    await bot.subscribe()
    waiting = asyncio.create_task(place.says("我的学时"))
    await bot.streams(await bot.hears(), "正在查询…", finish=False)
    assert place.last().drawn.unfinished
    assert (await asyncio.wait_for(waiting, PATIENCE_SECONDS)).outcome is Outcome.ANSWERED
    assert (place.last().drawn.text, place.last().drawn.unfinished) == ("正在查询…", False)


async def test_whether_every_frame_counts_is_a_switch(place, heard, bot):
    frame, _ = await heard()
    for n in range(40):
        assert await bot.streams(frame, f"{n}", finish=False) == 0
    place.tenant.switches.aibot_frames_count = True
    codes = [await bot.streams(frame, f"{n}", finish=False) for n in range(30)]
    assert codes == [0] * 29 + [45009]  # the first of all frames was the first of thirty


async def test_a_card_may_come_with_a_stream(place, heard, bot):
    frame, _ = await heard()
    stream = {"id": "s1", "finish": True, "content": "有一条申请"}
    body = {"msgtype": "stream_with_template_card", "stream": stream, "template_card": buttons()}
    assert await bot.answers(frame, body) == 0
    assert place.told()[1:] == ["有一条申请", "审核申请\n示例甲的 5 学时"]
    place.tenant.switches.aibot_stream_with_card = False
    stream["id"] = "s2"
    assert await bot.answers(frame, body) == 40008


async def test_an_answer_may_be_rated(place, heard, bot):
    frame, _ = await heard()
    await bot.streams(frame, "正在", finish=False, feedback={"id": "fb-1"})
    assert place.last().drawn.buttons == ()
    await bot.streams(frame, "18.5 学时")
    assert [button.label for button in place.last().drawn.buttons] == ["有帮助", "没有帮助"]
    heard_back = await place.aibot.presses(TEACHER, place.last(), "feedback:2", {})
    assert heard_back.outcome is Outcome.ACKNOWLEDGED
    event = (await bot.hears())["body"]["event"]
    assert event == {"eventtype": "feedback_event", "feedback_event": {"id": "fb-1", "type": 2}}


@pytest.mark.parametrize(
    ("stream", "code"),
    [
        (None, 40058),
        ({"content": "没有 id"}, 40058),
        ({"id": "", "content": "x"}, 40058),
        ({"id": "s", "content": 7}, 40058),
        ({"id": "s", "content": "x", "finish": 1}, 40058),
        ({"id": "s", "content": "x", "finish": False, "msg_item": [ITEM]}, 40058),
        ({"id": "s", "content": "x", "finish": True, "msg_item": [ITEM] * 11}, 40058),
        ({"id": "s", "content": "x", "finish": True, "msg_item": ["image"]}, 40008),
        ({"id": "s", "finish": True, "msg_item": [{**ITEM, "image": {**ITEM["image"], "md5": "0"}}]}, 40058),
        ({"id": "s", "finish": True, "msg_item": [{**ITEM, "image": {"base64": "?", "md5": "0"}}]}, 40058),
        ({"id": "s", "content": "x", "feedback": {"id": "f" * 257}}, 40058),
    ],
)
def test_a_wrong_frame_is_refused(stream, code):
    with pytest.raises(Refused) as refused:
        read_frame(stream, pictures_allowed=True)
    assert refused.value.code == code


def test_pictures_come_with_the_last_frame_in_callback_mode_only():
    stream = {"id": "s", "content": "看图", "finish": True, "msg_item": [ITEM] * 10}
    assert read_frame(stream, pictures_allowed=True).pictures == (PICTURE,) * 10
    with pytest.raises(Refused, match="not supported"):
        read_frame(stream, pictures_allowed=False)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40), st.integers(-3, 3))
def test_the_limit_is_one_of_bytes(unit, more):
    content = (unit * (20_480 // len(unit.encode()) + 2)).encode()[: 20_480 + more].decode("utf-8", "ignore")
    stream = json.loads(json.dumps({"id": "s", "content": content, "finish": True}))
    if len(content.encode()) <= 20_480:
        assert read_frame(stream, pictures_allowed=False).content == content
    else:
        with pytest.raises(Refused, match="exceed max length 20480"):
            read_frame(stream, pictures_allowed=False)


class GrowingAnswers(RuleBasedStateMachine):
    """Against a model: text and end of every stream, and the clock."""

    streams = Bundle("streams")

    @initialize()
    def begin(self):
        # The timers that end a bubble by themselves need a loop; the clock decides what is refused.
        self.loop = asyncio.new_event_loop()
        self.tenant = Tenant(
            installation=Installation(),
            directory=Directory([TEACHER]),
            clock=PlatformClock(SystemClock()),
            pace=QUICK,
        )
        self.asked = Asked(body={}, chat=PRIVATE, member=TEACHER, at_ms=self.tenant.clock.ms())
        self.emulated = Streams(self.tenant, self.post, lambda _chat: None)
        self.model: dict[str, tuple[str, bool, float]] = {}
        self.ahead = 0.0

    def post(self, chat, drawn, key):
        return self.tenant.transcript.post(chat, drawn, Author("研修助手"), at_ms=0, key=key)

    @rule(target=streams, stream_id=st.sampled_from(["a", "b", "c"]))
    def name(self, stream_id):
        return stream_id

    @rule(stream_id=streams, content=st.sampled_from(["一", "一二", ""]), finish=st.booleans())
    def frame(self, stream_id, content, finish):
        sent = {"id": stream_id, "content": content, "finish": finish}
        taken = self.loop.run_until_complete(self.take(sent))
        text, done, opened = self.model.get(stream_id, ("", False, self.ahead))
        # A second beside the edge, because the clock really runs meanwhile.
        expected = not done and self.ahead - opened < 360
        assert taken == (0 if expected else 846608)
        # What was refused shows nothing, and ends what was still growing.
        text, done = (content, finish) if expected else (text, True)
        self.model[stream_id] = (text, done, opened)
        (shown,) = self.tenant.transcript.find(stream_id)
        assert (shown.drawn.text, shown.drawn.unfinished) == (text, not done)
        assert (stream_id in self.asked.growing) is (not done)
        assert self.asked.settled.is_set() >= (not self.asked.growing)

    async def take(self, sent):
        """0, or the code of the refusal. A coroutine, because a new stream sets its timer."""
        frame = read_frame(sent, pictures_allowed=False)
        try:
            self.emulated.take(self.asked, frame, sent, callback_mode=False)
        except Refused as refused:
            return refused.code
        return 0

    @rule(minutes=st.sampled_from([1, 5, 7]))
    def time_passes(self, minutes):
        self.tenant.clock.run_ahead(minutes * 60 + 1)
        self.ahead += minutes * 60 + 1

    def teardown(self):
        if hasattr(self, "loop"):
            self.emulated.close()
            self.loop.close()


TestGrowingAnswers = GrowingAnswers.TestCase
