"""A leader's evening: forty submissions, a quota that runs out, a colleague who is faster, and an empty list."""

import re

import pytest
from sqlalchemy import insert, select

from bot.policy.calendar import Lateness
from bot.policy.links import fingerprint
from bot.policy.standing import Grade
from storage import evidence as handed_in
from storage.certifications import NewCertification, certify
from storage.numbers import next_number
from storage.settling import settle
from storage.standings import differences
from storage.submissions import Link
from storage.tables import certification, person, practice_entry
from storage.work_tables import evidence

AUTHORS = range(11, 31)  # twenty colleagues of the group, with two submissions each
HOUR_MS = 3_600_000
AS_OF = "数据截至 5月20日（周一）"


@pytest.fixture
def evening(county):
    """编号 41 to 80 wait, the oldest first; 39 of 41 优秀 are given (23 people, 60 % of 69)."""
    now = int(county.clock.now().timestamp() * 1000)
    with county.database.writing() as connection:
        connection.execute(
            insert(person),
            [
                {"id": n, "staff_no": f"E{n}", "name": f"示例{n}", "school_id": 1, "group_id": 1}
                | {"study_account": f"e{n}"}
                for n in AUTHORS
            ],
        )
        for _ in range(40):
            next_number(connection, "filing", at=now)
        for place, author in enumerate([*AUTHORS, *AUTHORS]):
            url = f"https://pan.example.com/s/1e{author}"
            handed_in.hand_in(
                connection,
                person_id=author,
                code="A5" if place < len(AUTHORS) else "B2",
                note="",
                links=[Link(url=f"{url}{place}", fingerprint=fingerprint(f"{url}{place}"))],
                late=Lateness.IN_TIME,
                at=now - 50 * HOUR_MS + place * HOUR_MS,
                real_ms=now,
            )
        certify(
            connection,
            [
                NewCertification(author, code, Grade.EXCELLENT, now)
                for author in list(AUTHORS)[:13]
                for code in ("A1", "A2", "A3")
            ],
        )
        settle(connection, AUTHORS, county.plan, county.catalogue, now_ms=now)
    return county


async def whole(somebody, text):
    """An answer with everything that 更多 brings."""
    said = await somebody.says(text)
    while re.search(r"\(\d+/\d+\) 回复“更多”看下一段$", said):
        said = said[: said.rindex("(")] + await somebody.says("更多")
    return [line for line in said.split("\n") if line]


async def test_an_evening_with_forty_submissions(evening, somebody):
    leader, principal = somebody("T2"), somebody("T3")

    listed = await whole(leader, "待审")
    assert listed[0] == "等你审的 40 份，最早的等了 1 个工作日："
    assert [line.split(" A")[0].split(" B")[0] for line in listed[1:41]] == [
        f"{n}. 编号 {n + 40}" for n in range(1, 41)
    ]
    assert listed[41:] == [
        "优秀名额：示例县第一小学 已用 39，还可用 2，共 41。已用到 50% 以上，后面的优秀请慎给。",
        "下一步：发“查看 41”看材料，再发“通过 41”或“退回 41 原因”；几份一起：“通过 1 2”（清单里的行号）。",
        AS_OF,
    ]

    opened = (await leader.says("查看 第1个")).split("\n")
    assert opened[0] == "编号 41 A5 技术支持的课堂导入，待审，等了 1 个工作日，归教研组长审"
    assert "https://pan.example.com/s/1e110" in "\n".join(opened)

    assert lines(await leader.says("第1、2、3个通过")) == [
        "定了 3 份：",
        # Three points were certified before: a fourth brings nothing.
        "· 编号 41 A5 技术支持的课堂导入，示例11：合格，实践学时不变，共 25 学时。",
        "· 编号 42 A5 技术支持的课堂导入，示例12：合格，实践学时不变，共 25 学时。",
        "· 编号 43 A5 技术支持的课堂导入，示例13：合格，实践学时不变，共 25 学时。",
        "下一步：还有 37 份等你审，发“待审”。",
        AS_OF,
    ]

    assert lines(await leader.says("通过 14 15 16 优秀 导入新颖")) == [
        "定了 2 份，1 份没有定：",
        "· 编号 54 A5 技术支持的课堂导入，示例24：优秀，记 8 学时，实践共 8 学时。",
        "· 编号 55 A5 技术支持的课堂导入，示例25：优秀，记 8 学时，实践共 8 学时。",
        "· 编号 56 A5 技术支持的课堂导入，示例26：没有定，优秀名额已用完（41/41），仍在待审；可以发“通过 56”定为合格。",
        "优秀名额：示例县第一小学 已用 41，还可用 0，共 41。已经用完。",
        "下一步：还有 35 份等你审，发“待审”。",
        AS_OF,
    ]

    assert lines(await leader.says("退回 17")) == [
        "编号 57 A5 技术支持的课堂导入，示例27：还没有退回，先写原因（至少 2 个字）。",
        "1. 链接打不开",
        "2. 没有访问权限",
        "3. 缺学生体会",
        "4. 视频与本点无关",
        "5. 与他人材料雷同",
        "回复 1 到 5 就退回（5 分钟内有效），或发“退回 57 原因”。",
    ]
    assert lines(await leader.says("3"))[0] == (
        "编号 57 A5 技术支持的课堂导入，示例27：退回。要改的是：学生体会。原因：缺学生体会"
    )

    assert lines(await principal.says("通过 编号58"))[0] == (
        "编号 58 A5 技术支持的课堂导入，示例28：合格（代审），记 8 学时，实践共 8 学时。"
    )
    assert lines(await leader.says("18 优秀"))[0] == (
        "编号 58 A5 技术支持的课堂导入，示例28：没有定，示例丙 5月20日 09:00 已定为合格。"
    )

    preview = lines(await leader.says("全部通过"))
    assert preview[0] == "要把等你审的全部 33 份都定为合格："
    assert preview[1] == "· 示例14：A5 技术支持的课堂导入、B2 微课程设计与制作"
    decided = await whole(leader, "确认")
    assert decided[0] == "定了 33 份："
    assert len(decided) == 1 + 33 + 2
    assert decided[-2:] == ["等你审的都审完了。", AS_OF]

    assert lines(await leader.says("待审"))[0] == (
        "没有等你审的材料。今天你定了 39 份：合格 36 份，优秀 2 份，退回 1 份。"
    )
    every_figure_agrees(evening)


def every_figure_agrees(evening):
    with evening.database.reading() as connection:
        states = list(connection.scalars(select(evidence.c.state)))
        grades = list(connection.scalars(select(certification.c.grade)))
        assert (states.count("passed"), states.count("excellent"), states.count("returned")) == (37, 2, 1)
        assert (grades.count("pass"), grades.count("excellent")) == (37, 41)
        assert differences(connection, evening.plan, evening.catalogue) == ()
        # Thirteen people have 25 since before; of the other seven one has one point, the rest have two.
        hours = connection.scalars(select(practice_entry.c.practice_hours))
        assert sum(hours) == 13 * 2500 + 800 + 6 * 1600


def lines(said):
    return [line for line in said.split("\n") if line]
