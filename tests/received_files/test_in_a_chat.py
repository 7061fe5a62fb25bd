"""From a spreadsheet in a private chat to figures in the database, over DingTalk's own calls."""

from sqlalchemy import select

from bot.tenant.faults import Effect
from bot.tenant.tenant import Said, SaidKind
from storage.connection_tables import received_file
from storage.import_runs import only_import
from storage.tables import audit, online_snapshot
from tests.received_files.conftest import HOURS, spreadsheet

GOT_IT = "收到《线上学时.xlsx》，正在看，结果马上发给你。"
STARTED = "开始导入《线上学时.xlsx》，导完告诉你。"
SHOWN = (
    "《线上学时.xlsx》看过了，还没有导入。\n"
    "线上学时，2 行，数据截至 5月20日（周一）。\n"
    "· 新增 1，更改 1，不变 0\n"
    "要导入，5 分钟内回复“确认”。\n"
    "不导入就不用管，文件 24 小时后删除。"
)
IMPORTED = "已导入《线上学时.xlsx》。\n线上学时，2 行，数据截至 5月20日（周一）。\n· 新增 1，更改 1，不变 0"
BEFORE = [(1, 1850)]
AFTER = [(1, 1850), (1, 2000), (2, 2500)]


def hours(county):
    query = select(online_snapshot.c.person_id, online_snapshot.c.online_hours).order_by(
        online_snapshot.c.person_id, online_snapshot.c.as_of
    )
    with county.database.reading() as connection:
        return [tuple(row) for row in connection.execute(query.where(online_snapshot.c.counts))]


def kept(county):
    """Of every file: where it stands, the way to it, its bytes."""
    columns = (received_file.c.state, received_file.c.source, received_file.c.content)
    with county.database.reading() as connection:
        return [tuple(row) for row in connection.execute(select(*columns).order_by(received_file.c.id))]


async def test_it_is_looked_at_first_and_imported_when_its_sender_confirms(office, county):
    assert await office.sends(spreadsheet(HOURS)) == GOT_IT
    assert (await office.sees()).text == SHOWN
    assert hours(county) == BEFORE

    assert await office.says("确认") == STARTED
    assert (await office.sees()).text == IMPORTED
    assert hours(county) == AFTER
    assert kept(county) == [("imported", "", None)]
    with county.database.reading() as connection:
        who = select(audit.c.actor, audit.c.action).where(audit.c.action.in_(
            ["file.received", "file.confirmed", "import online-hours"]
        ))  # fmt: skip
        found = {tuple(row) for row in connection.execute(who)}
    assert found == {
        ("person:4", "file.received"),
        ("person:4", "file.confirmed"),
        ("person:4", "import online-hours"),
    }


async def test_a_file_that_is_delivered_twice_is_one_file(office, county, tenant):
    assert await office.sends(spreadsheet(HOURS)) == GOT_IT
    assert await office.again() == GOT_IT
    assert (await office.sees()).text == SHOWN

    assert await office.says("确认") == STARTED
    assert await office.again() == STARTED
    assert (await office.sees()).text == IMPORTED
    office.sees_nothing()
    assert hours(county) == AFTER


async def test_the_same_file_once_more_changes_nothing(office, county):
    await office.sends(spreadsheet(HOURS))
    await office.sees()
    await office.says("确认")
    await office.sees()

    assert await office.sends(spreadsheet(HOURS)) == GOT_IT
    assert (await office.sees()).text == "《线上学时.xlsx》没有变化，什么也没有改：里面的数据系统里都有了。"
    assert await office.says("确认") == "没有等待确认的操作，什么都没有执行。"
    assert hours(county) == AFTER
    assert [one[0] for one in kept(county)] == ["imported", "unchanged"]


async def test_rows_that_cannot_be_read_are_left_out_only_when_that_is_said(office, county):
    await office.sends(spreadsheet([*HOURS, ["示例丙", "T3", "很多"]]))
    assert (await office.sees()).text == (
        "《线上学时.xlsx》里有 1 处读不懂，整个文件都没有导入。\n"
        "读不懂（1）\n"
        "· 第 5 行“获得学时” 很多：看不懂的学时。请填数字，例如 18.5；没有数据就留空\n"
        "改好再发一次；或者不要这些行，只导入别的：回复 1，或者发“导入表格 略过坏行”。"
    )
    assert await office.says("确认") == "没有等待确认的操作，什么都没有执行。"

    assert await office.says("1") == "好，再看一遍《线上学时.xlsx》，结果马上发给你。"
    seen = (await office.sees()).text
    assert "略过的坏行（1）" in seen
    assert "要导入，5 分钟内回复“确认”。" in seen
    assert hours(county) == BEFORE
    assert await office.says("确认") == STARTED
    assert (await office.sees()).text == (f"{IMPORTED.replace('2 行', '3 行')}\n没有导入的：读不懂 1。")
    assert hours(county) == AFTER


async def test_without_a_day_it_asks_for_one(office, county):
    await office.sends(spreadsheet(HOURS[1:]))
    assert (await office.sees()).text == (
        "《线上学时.xlsx》的数据截至哪一天？还没有导入。文件里没有写“统计时间”或“截至”。\n"
        "1. 今天，5月20日（周一）\n"
        "2. 昨天，5月19日（周日）\n"
        "3. 前天，5月18日（周六）\n"
        "回复编号，或者写上日期，例如“导入表格 5月20日”。"
    )
    await office.says("1")
    assert (await office.sees()).text == SHOWN

    assert await office.says("导入表格 截至 5月25日") == "好，再看一遍《线上学时.xlsx》，结果马上发给你。"
    assert (await office.sees()).text.startswith(
        "《线上学时.xlsx》的数据截至哪一天？还没有导入。2024-05-25 晚于今天（2024-05-20）。"
    )
    assert await office.says("确认") == (
        "《线上学时.xlsx》已经不用导入了：导过了、换了一次看法，或者超过了 24 小时。要导入就再发一次文件。"
    )
    assert hours(county) == BEFORE


async def test_a_table_of_something_else_is_told_from_junk(office, county):
    await office.sends(spreadsheet([["菜名", "价格"], ["面", 2]], "Menu.xlsx"))
    assert (await office.sees()).text == (
        "《Menu.xlsx》能打开，但不像学校、名册或学时的表（看到的是：菜名、价格），没有导入。发错了就不用管；没有发错的话，它是：\n"
        "1. 学校\n2. 名册\n3. 线上学时\n4. 实践学时\n"
        "回复编号就行，或者发“导入表格 学校”。"
    )
    await office.sends(Said(kind=SaidKind.FILE, file_name="Menu.xlsx", content=b"this is not a workbook"))
    assert (await office.sees()).text == (
        "《Menu.xlsx》没有导入。\n"
        "“Menu.xlsx”不是表格，也不是能看懂的文字，多半坏了，或者只是改了名字。"
        "请用 Excel 或 WPS 打开原来的文件，另存为 .xlsx 再导入。"
    )


async def test_a_table_that_might_be_several_things_is_asked_about(office, county):
    await office.sends(spreadsheet([["姓名", "人员编号", "总学时"], ["示例甲", "T1", 20]], "表.xlsx"))
    assert (await office.sees()).text == (
        "看不出《表.xlsx》是哪一种表，还没有导入。它是：\n"
        "1. 学校\n2. 名册\n3. 线上学时\n4. 实践学时\n"
        "回复编号就行，或者发“导入表格 学校”。"
    )
    await office.says("导入表格 线上学时")
    assert (await office.sees()).text == (
        "《表.xlsx》没有导入。\n"
        "文件里只有“总学时”，没有“获得学时”。在不少平台上它是要求修满的学时，不是已经获得的。"
        "这一列是每个人已经获得的学时吗？是的话，请把表头改为“获得学时”再导入；"
        "不是的话，请从平台导出带“获得学时”的表。"
    )
    assert kept(county) == [("refused", "", None)]


async def test_a_clerk_s_wrong_spreadsheet_says_what_is_wrong(office, county):
    practice = [["姓名", "人员编号", "微能力点", "学时"], ["示例甲", "T1", "A5", 8]]
    await office.sends(spreadsheet(practice, "实践.xlsx"))
    seen = (await office.sees()).text
    assert seen.startswith("《实践.xlsx》没有导入。\n实践学时由微能力点认证得来")

    await office.sends(Said(kind=SaidKind.FILE, file_name="名册.xlsx", content=b"%PDF-1.7 nothing"))
    assert (await office.sees()).text.startswith("《名册.xlsx》没有导入。\n“名册.xlsx”不是表格文件。")
    assert [one[0] for one in kept(county)] == ["refused", "refused"]


async def test_a_roster_that_moves_people_says_whom_before_it_is_confirmed(office, county):
    rows = [
        ["姓名", "人员编号", "学校", "学科", "状态"],
        ["示例甲", "T1", "示例县第一小学", "英语", "在册"],
        ["示例乙", "T2", "示例县教育局", "数学", "在册"],
        ["示例丙", "T3", "示例县第一小学", "", "调出"],
    ]
    await office.sends(spreadsheet(rows, "名册.xlsx"))
    assert (await office.sees()).text == (
        "《名册.xlsx》看过了，还没有导入。\n"
        "名册，3 行。\n"
        "· 新增 0，更改 3，不变 0\n"
        "· 更改里，换学校 1，状态改变 1，职务改变 2，请核对\n"
        "· 系统里有、表里没有的 1，不动\n"
        "更改（3）\n"
        "· 第 3 行 示例乙（示例县教育局）：学校 示例县第一小学 → 示例县教育局；教研组 语文组 → （空）；"
        "职务 取消 教研组长\n"
        "· 第 4 行 示例丙（示例县第一小学）：状态 在册 → 调出；职务 取消 校长\n"
        "· 第 2 行 示例甲（示例县第一小学）：学科 语文 → 英语\n"
        "要导入，5 分钟内回复“确认”。\n"
        "不导入就不用管，文件 24 小时后删除。"
    )


async def test_rows_that_say_nothing_new_are_counted(office, county):
    rows = [["统计时间：2024年5月18日"], *HOURS[1:], ["示例丙", "T3", "-"]]
    await office.sends(spreadsheet(rows))
    seen = (await office.sees()).text.splitlines()
    # 示例甲 has figures of 19 May, and 示例丙 none at all.
    assert seen[1:4] == [
        "线上学时，3 行，数据截至 5月18日（周六）。",
        "· 新增 1，更改 0，不变 0",
        "· 略过：没有学时数据 1，已有更新的数据 1",
    ]


async def test_of_two_files_the_first_is_confirmed_first_and_the_other_not_forgotten(office, county):
    await office.sends(spreadsheet([*HOURS[:2], ["示例甲", "T1", 20]], "甲.xlsx"))
    await office.sees()
    # Whoever types 确认 now may not have read this one yet.
    await office.sends(spreadsheet([*HOURS[:2], ["示例乙", "T2", 25]], "乙.xlsx"))
    seen = (await office.sees()).text
    assert seen.splitlines()[-2] == "你还有别的事在等确认。先办完那件，再发“导入表格”。"

    assert await office.says("确认") == "开始导入《甲.xlsx》，导完告诉你。"
    seen = (await office.sees()).text
    assert seen.startswith("已导入《甲.xlsx》。")
    assert seen.endswith("还有《乙.xlsx》等着导入，发“导入表格”接着看。")
    await office.says("导入表格")
    await office.sees()
    assert await office.says("确认") == "开始导入《乙.xlsx》，导完告诉你。"
    assert "等着导入" not in (await office.sees()).text


async def test_a_teacher_s_file_is_not_even_fetched(office, county, tenant):
    teacher = tenant.on("dingtalk").somebody("T1")
    assert "链接" in await teacher.sends(spreadsheet(HOURS))
    assert kept(county) == []


async def test_a_confirmation_meant_for_an_announcement_imports_nothing(office, county):
    assert "确认" in await office.says("公告 没选点 明天下午两点线上答疑")
    await office.sends(spreadsheet(HOURS))
    seen = (await office.sees()).text
    assert seen.splitlines()[-2] == "你还有别的事在等确认。先办完那件，再发“导入表格”。"

    await office.says("取消")
    assert await office.says("确认") == "没有等待确认的操作，什么都没有执行。"
    assert await office.says("导入表格") == "好，再看一遍《线上学时.xlsx》，结果马上发给你。"
    assert (await office.sees()).text == SHOWN
    assert hours(county) == BEFORE


async def test_an_import_that_is_under_way_is_waited_for(office, county, clock):
    await office.sends(spreadsheet(HOURS))
    await office.sees()
    with only_import(county.database):
        assert await office.says("确认") == STARTED
        assert await office.says("导入表格") == "《线上学时.xlsx》正在导入，导完告诉你。"
    clock.waits(6)
    assert (await office.sees()).text == IMPORTED


async def test_a_platform_that_has_lost_it_is_said(office, county, tenant):
    tenant.fault(Effect.CODE, "dingtalk.robot.download", code="invalidParameter.robotCode.downloadCode")
    await office.sends(spreadsheet(HOURS))
    assert (await office.sees()).text.startswith("《线上学时.xlsx》没有取到，什么都没有导入。")
    assert kept(county) == [("lost", "", None)]


async def test_a_platform_that_does_not_answer_is_asked_again(office, county, tenant, clock):
    tenant.fault(Effect.HTTP_500, "dingtalk.download")
    await office.sends(spreadsheet(HOURS))
    clock.waits(6)
    assert (await office.sees()).text == SHOWN
    assert [state for state, *_ in kept(county)] == ["shown"]
