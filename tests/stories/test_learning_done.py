"""A teacher's whole way: three points chosen, handed in, one returned and mended, passed, 学习合格."""

from datetime import date

from storage.standings import rewrite
from storage.tables import online_snapshot

A1, A5, B2 = "A1 技术支持的学情分析", "A5 技术支持的课堂导入", "B2 微课程设计与制作"
LIVE = "数据截至 5月20日（周一）"
LINKS = [f"https://files.example.com/{number}" for number in (1, 2, 3)]


def lines(said):
    return [line.removeprefix("· ") for line in said.split("\n")]


async def test_a_teacher_gets_from_choosing_to_done(teacher, somebody, county):
    leader = somebody("T2")
    assert (await teacher.says("选点 A1 A5 B2")).startswith(f"选好了：{A1}、{A5}、{B2}。")

    received = await teacher.says(f"三个点一起交 A1 {LINKS[0]} A5 {LINKS[1]} B2 {LINKS[2]}")
    assert lines(received) == [
        "收到 3 份（5月20日（周一）09:00）：",
        f"编号 1：{A1}",
        f"编号 2：{A5}",
        f"编号 3：{B2}",
        "由示例乙审核；超过 5 个工作日没审，会转给示例丙。",
        "下一步：等审核（编号 1，5月20日交），你暂时不用做什么。",
    ]

    # one is returned and one passed: the author hears of both at once
    assert lines(await leader.says("退回 2 缺学生体会")) == [
        f"编号 2 {A5}，示例甲：退回。要改的是：学生体会。原因：缺学生体会",
        "下一步：还有 2 份等你审，发“待审”。",
        LIVE,
    ]
    assert (await teacher.sees()).text == (
        f"编号 2（{A5}）退回了。要改的是：学生体会。原因：缺学生体会。改好后发：提交 A5 链接"
    )
    assert lines(await leader.says("通过 1 优秀 学情分析到位")) == [
        f"编号 1 {A1}，示例甲：优秀，记 8 学时，实践共 8 学时。",
        "优秀名额：示例县第一小学 已用 1，还可用 4，共 5。",
        "下一步：还有 1 份等你审，发“待审”。",
        LIVE,
    ]
    assert (await teacher.sees()).text == (
        f"编号 1（{A1}）定为优秀，记 8 学时，实践共 8 学时。评语：学情分析到位。"
        f"下一步：改好 {A5} 的材料，发“提交 A5 链接”。"
    )
    assert lines(await teacher.says("我的学时"))[:2] == [
        "线上 18.5 学时，实践 8 学时，合计 26.5 学时，还没有合格（要求线上 25 学时、实践 25 学时）。",
        "还差：线上 6.5 学时、实践 17 学时、2 个微能力点认证。",
    ]

    # mended behind the same link: a further version under the same number
    assert lines(await teacher.says(f"提交 A5 {LINKS[1]} 补了学生体会"))[:2] == [
        f"收到，编号 2：{A5}，第 2 版，5月20日（周一）09:00。",
        "已存：说明“补了学生体会”。",
    ]
    assert lines(await leader.says("通过 2"))[0] == f"编号 2 {A5}，示例甲：合格，记 8 学时，实践共 16 学时。"
    assert (await teacher.sees()).text == (
        f"编号 2（{A5}）定为合格，记 8 学时，实践共 16 学时。{B2} 还在审，你暂时不用做什么。"
    )
    assert lines(await leader.says("通过 3")) == [
        f"编号 3 {B2}，示例甲：合格，记 9 学时，实践共 25 学时。",
        "等你审的都审完了。",
        LIVE,
    ]
    assert (await teacher.sees()).text == (
        f"编号 3（{B2}）定为合格，记 9 学时，实践共 25 学时。下一步：继续线上学习，还差 6.5 学时。"
    )

    # the platform's newest file says 25 hours
    with county.database.writing() as connection:
        connection.execute(
            online_snapshot.insert().values(person_id=1, as_of=date(2024, 5, 20), online_hours=2500)
        )
        rewrite(connection, [1], county.plan, county.catalogue)
    assert lines(await teacher.says("还差什么")) == ["什么都不差，已经合格。", "下一步：不用再做什么。", LIVE]
    why = lines(await teacher.says("为什么"))
    assert why[0] == "已经合格：五项要求都达到了。"
    assert why[4:8] == [
        "实践 25 学时，要求 25 学时，达到",
        f"{A1}：8 学时（5月20日（周一）记入）",
        f"{A5}：8 学时（5月20日（周一）记入）",
        f"{B2}：9 学时（5月20日（周一）记入）",
    ]
