from bot.tenant.faults import Effect


async def test_a_choice_that_is_sent_twice_counts_once(teacher, tenant):
    assert await teacher.says("选点 A1 A5") == (
        "没有选上：要选 3 个不同的点，这里只有 2 个。\n再加上 A3 演示文稿设计与制作 就行：发“选点 A1 A3 A5”。"
    )

    tenant.fault(Effect.TWICE, teacher.callback)
    first = await teacher.says("选点 A1 A5 B2")

    assert first.startswith("选好了：A1 技术支持的学情分析、")
    assert await teacher.again() == first
