"""A teacher's way from three chosen points to three submissions, as one does it on a phone."""

import pytest

A1, A5, B2 = "A1 技术支持的学情分析", "A5 技术支持的课堂导入", "B2 微课程设计与制作"
BY = "由示例乙审核；超过 5 个工作日没审，会转给示例丙。"
SHARED = (
    "链接：https://pan.baidu.com/s/1exampleA 提取码：8k2d 复制这段内容后打开百度网盘手机App，操作更方便哦"
)


def hand_in_next(label):
    code = label.split(" ", maxsplit=1)[0]
    return (
        f"下一步：交 {label} 的材料，发“提交 {code} 链接”，要交什么发“微能力 {code}”看（5月30日（周四）前）。"
    )


def lines(said):
    return [line.removeprefix("· ") for line in said.split("\n")]


@pytest.fixture
async def chosen(teacher):
    assert (await teacher.says("选点 A1 A5 B2")).startswith("选好了：")
    return teacher


async def test_three_points_are_handed_in(chosen, clock):
    teacher = chosen

    # the text of the share button, with its point
    assert lines(await teacher.says(f"交A1 {SHARED}")) == [
        f"收到，编号 1：{A1}，5月20日（周一）09:00。",
        "已存：提取码 8k2d。",
        BY,
        hand_in_next(A5),
    ]

    # a link and nothing else; the point is named when the bot asks
    assert lines(await teacher.says("https://docs.qq.com/doc/DexampleB")) == [
        "这个链接交到哪个点？现在还没有交。",
        f"1. {A1}（交过，待审，再交就是新的一版）",
        f"2. {A5}",
        f"3. {B2}",
        "回复 1 到 3，或发编码，例如“A1”（30 分钟内有效，链接我先记着）。",
    ]
    assert lines(await teacher.says("A5")) == [
        f"收到，编号 2：{A5}，5月20日（周一）09:00。",
        BY,
        "提醒：腾讯文档请打开“获得链接的人可查看”，不然审核人看不到。",
        hand_in_next(B2),
    ]

    # the 提取码 was forgotten and follows
    assert lines(await teacher.says("提交 B2 https://pan.baidu.com/s/1exampleC 微课和设计")) == [
        f"收到，编号 3：{B2}，5月20日（周一）09:00。",
        "已存：说明“微课和设计”。",
        BY,
        "下一步：网盘链接没有提取码，10 分钟内直接回复提取码就行，以后发“提取码 8k2d”。",
    ]
    assert lines(await teacher.says("qw3r")) == [
        f"提取码 qw3r 记到编号 3（{B2}）了，还是原来那一版。",
        "下一步：等审核（编号 1，5月20日交），你暂时不用做什么。",
    ]

    clock.today = clock.today.replace(day=22)
    assert lines(await teacher.says("我的材料审了没")) == [
        "你交了 3 份材料：3 份待审。",
        f"编号 3：{B2}，待审，5月20日交，等了 2 个工作日，在示例乙那里。",
        f"编号 2：{A5}，待审，5月20日交，等了 2 个工作日，在示例乙那里。",
        f"编号 1：{A1}，待审，5月20日交，等了 2 个工作日，在示例乙那里。",
        "下一步：等审核（编号 1，5月20日交），你暂时不用做什么。",
        "数据截至 5月22日（周三）",
    ]


async def test_a_receipt_is_given_once_however_often_the_platform_delivers(chosen):
    said = await chosen.says_delivered(5, "提交 A5 https://files.example.com/1")

    assert len(said) == 5
    assert {lines(one)[0] for one in said} == {f"收到，编号 1：{A5}，5月20日（周一）09:00。"}
    assert lines(await chosen.says("我的材料"))[0] == "你交了 1 份材料：1 份待审。"


async def test_a_link_that_waits_for_its_point_is_there_after_a_restart(chosen, tenant, bot):
    await chosen.says("提交 A5 https://files.example.com/1")
    await chosen.says("https://files.example.com/2")

    await bot.stop()
    await bot.start()
    tenant.is_served_by(bot.url)

    assert lines(await chosen.says("2"))[0] == f"收到，编号 1：{A5}，第 2 版，5月20日（周一）09:00。"


async def test_a_point_is_given_up_with_what_was_handed_in_for_it(chosen, somebody):
    leader = somebody("T2")
    await leader.says("截止时间")  # told where last heard
    await chosen.says("提交 A5 https://files.example.com/1")

    assert lines(await chosen.says("换点 A5 A6"))[0] == (
        f"换下的点已经交过材料：编号 1（{A5}）待审。现在还没有换。"
    )
    assert lines(await chosen.says("确认"))[2] == "已撤回：编号 1。"
    assert (await leader.sees()).text == f"示例甲换了微能力点，编号 1（{A5}）已撤回，不用再审。"


async def test_what_is_handed_in_from_a_group_is_answered_in_private(chosen, tenant, group_platform):
    here = tenant.on(group_platform)
    teacher = here.somebody("T1")
    group = here.group("示例县第一小学语文组", teacher)

    said = await teacher.says("提交 A5 https://files.example.com/1", group=group)
    assert said == "已私信你。没看到就点我的头像看私聊，不用再发一遍。"
    assert lines((await teacher.sees()).text)[0] == f"收到，编号 1：{A5}，5月20日（周一）09:00。"
