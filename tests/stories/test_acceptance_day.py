"""The office's acceptance day: who is missing, the leads hear of it, an appeal, the freeze, a change, the thaw."""

from datetime import date, datetime

import pytest
from sqlalchemy import insert, update

from bot.clock import SHANGHAI
from storage.certifications import Grade, NewCertification, certify
from storage.settling import settle
from storage.tables import online_snapshot, school

FRIDAY = datetime(2024, 6, 28, 9, 0, tzinfo=SHANGHAI)  # the last workday before Sunday, 30 June
LIVE = "数据截至 6月28日（周五）"


@pytest.fixture
def changes(county):
    """What files and reviews of the day bring: 25 学时 online and three certified points."""

    def has_everything(person_id):
        at = int(FRIDAY.timestamp() * 1000)
        with county.database.writing() as connection:
            connection.execute(
                insert(online_snapshot).values(
                    person_id=person_id, as_of=date(2024, 6, 27), online_hours=2500
                )
            )
            certify(
                connection,
                [NewCertification(person_id, code, Grade.PASS, at) for code in ("A1", "A5", "B2")],
            )
            settle(connection, [person_id], county.plan, county.catalogue, now_ms=at)

    with county.database.writing() as connection:
        connection.execute(update(school).where(school.c.id == 2).values(ranked=False))
    return has_everything


async def test_an_acceptance_day(county, clock, changes, somebody):
    clock.today = FRIDAY
    teacher, principal, office = somebody("T1"), somebody("T3"), somebody("T4")
    for person in (teacher, principal):
        await person.says("截止时间")  # from here they hear what is not an answer
    changes(2)

    await looks_at_everything(office)
    await reminds_the_leads(office, principal)
    await an_appeal_is_answered(teacher, principal)
    await freezes(office)
    changes(1)
    await sees_that_somebody_has_changed(office)
    assert "已经合格" in await teacher.says("我的学时")
    await thaws(office)
    teacher.sees_nothing()
    principal.sees_nothing()


async def looks_at_everything(office):
    assert lines(await office.says("验收")) == [
        "1 所学校中 0 所合格率达到 100%，0 所材料齐了（阶段数）。",
        "开原市合格 1/3（33.3%），平均完成度 41.6%。",  # (1 + 18.5/25/3 + 0) / 3
        "1 人还没有线上数据，完成度里按 0 算。",
        "小学 1 所",
        "· 示例县第一小学：合格 1/3（33.3%），还差 2 人；优秀率 0.0%（按应认证 9 个）、0.0%（按已认证 3 个）；缺 备案五项、总结、3月简报 1 组、4月简报 1 组、5月简报 1 组",
        "不参与排名的单位 1 个，没有算进来，发“验收 单位名”看。",
        "下一步：发“验收 学校名”看一所，发“验收 提醒”提醒还差人的学校。",
        "线上数据截至 6月27日（周四），实践和认证数据截至 6月28日（周五）",
    ]
    assert lines(await office.says("验收 示例县第一小学"))[:3] == [
        "示例县第一小学合格 1/3（33.3%），平均完成度 41.6%（阶段数）。",
        "没达标 2 人：示例甲（没选点）、示例丙（没选点）。",
        "1 人还没有线上数据，完成度里按 0 算。",
    ]


async def reminds_the_leads(office, principal):
    assert lines(await office.says("验收 提醒")) == [
        "要提醒 1 所学校的学校管理员和校长：",
        "· 还差 1 到 10 人、私下收到名单的 1 所：示例县第一小学 2 人",
        "确定就回复“确认”（5 分钟内有效）。",
    ]
    principal.sees_nothing()
    assert lines(await office.says("确认")) == [
        "已提醒 1 所学校的 1 位负责人。",
        "下一步：明天发“验收”看变化。",
    ]
    assert (await principal.sees()).text == (
        "示例县第一小学还有 2 人没达标：示例甲（没选点）、示例丙（没选点）。请提醒他们，怎么帮发“本校名单 未达标”看。"
    )
    assert lines(await principal.says("本校名单 未达标")) == [
        "示例县第一小学没达标 2 人，按卡在哪一步分：",
        "没选点 2 人：请他们发“推荐选点”",
        "· 语文组：示例甲",
        "· 没有教研组：示例丙",
        "线上数据截至 6月27日（周四），实践和认证数据截至 6月28日（周五）",
    ]


async def an_appeal_is_answered(teacher, principal):
    said = lines(await teacher.says("申诉 线上学时少了 6.5 学时"))
    assert said[:4] == [
        "申诉已记下，编号 1（6月28日（周五））。",
        "已告诉示例丙。",
        "随案留底的是你现在的数据：",
        "· 线上：18.5 学时（数据截至 5月19日）",
    ]
    assert (await principal.sees()).text == (
        "示例甲（示例县第一小学）提了申诉，编号 1：“线上学时少了 6.5 学时”。发“查看 1”看数据，发“答复 1 内容”答复。"
    )
    assert lines(await principal.says("申诉列表"))[:2] == [
        "有 1 件申诉在等答复。",
        "· 编号 1 示例甲，今天提的：“线上学时少了 6.5 学时”",
    ]
    assert lines(await principal.says("答复 1 平台周四的数据已导入，请再看")) == [
        "编号 1（示例甲）已答复：“平台周四的数据已导入，请再看”",
        "已告诉示例甲。",
    ]
    assert (await teacher.sees()).text == (
        "你的申诉（编号 1）有答复了，示例丙说：“平台周四的数据已导入，请再看”。看全文发“查看 1”，还有疑问再发“申诉 内容”。"
    )


async def freezes(office):
    await office.says("冻结 6月28日先冻一次")
    assert lines(await office.says("确认")) == [
        "已冻结 4 人的数据（6月28日（周五）），原因：6月28日先冻一次。",
        "下一步：发“验收”看冻结的结果；要改，发“解冻 原因”。",
    ]


async def sees_that_somebody_has_changed(office):
    said = lines(await office.says("验收"))
    assert said[1] == "开原市合格 1/3（33.3%），平均完成度 41.6%。"
    assert said[3:5] == [
        "冻结于 6月28日（周五）（示例丁），原因：6月28日先冻一次。",
        "冻结后有 1 人的数据变了，没有计入。",
    ]


async def thaws(office):
    assert "冻结后有 1 人的数据变了，解冻后会计入。" in await office.says("解冻 示例甲的数据补上了")
    assert lines(await office.says("确认")) == [
        "已解冻，原因：示例甲的数据补上了。“验收”改按实时数据。",
        "下一步：改好以后再发“冻结 原因”。",
    ]
    assert lines(await office.says("验收"))[1] == "开原市合格 2/3（66.7%），平均完成度 66.7%。"


def lines(said: str) -> list[str]:
    return said.split("\n")
