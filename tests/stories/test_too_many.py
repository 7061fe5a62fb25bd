"""Twenty messages a minute are enough for anybody."""

HINT = "你发得太快了（每分钟最多 20 条），这条没有处理。请过一分钟再发。"


async def test_the_twenty_first_message_gets_a_hint_and_the_next_ones_nothing(teacher):
    said = [await teacher.says("截止时间") for _ in range(23)]

    assert len(set(said[:20])) == 1
    assert said[20] == HINT
    assert said[21:] == ["", ""]


async def test_repetitions_do_not_count(teacher):
    first = await teacher.says("截止时间")
    for _ in range(29):
        assert await teacher.again() == first

    assert await teacher.says("截止时间") == first


async def test_one_person_does_not_use_up_anothers_minute(teacher, somebody):
    for _ in range(22):
        await teacher.says("截止时间")

    assert "5月30日" in await somebody("T2").says("截止时间")
