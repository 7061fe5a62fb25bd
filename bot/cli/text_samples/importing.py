"""Samples of what the office reads about spreadsheets that it has sent in a chat."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from messages.texts import import_page, received_file
from messages.texts.received_file import Found, Listed

NAME = "线上学时.xlsx"
CLEAN = Found(
    name=NAME, kind="线上学时", as_of=example.YESTERDAY, rows=820, added=12, changed=300, unchanged=508
)
FAULTY = replace(
    CLEAN,
    faults=Listed(
        count=5, first=["第 8 行“获得学时” 很多：看不懂的学时。请填数字，例如 18.5；没有数据就留空"]
    ),
)
MIXED = replace(
    FAULTY,
    suspicious=Listed(count=2, first=[f"第 9 行 {example.TEACHER}：20 学时 → 15 学时，学时变少，保留原来的"]),
    unmatched=Listed(count=1, first=[f"第 11 行 {example.COLLEAGUE}：名册里没有"]),
    drops=1,
    forced=1,
    absent=3,
    notes=["“总学时”是应修的学时，没有使用。"],
)
MOVING = Found(
    name="名册.xlsx",
    kind="名册",
    as_of=None,
    rows=820,
    added=0,
    changed=400,
    unchanged=420,
    changes=Listed(count=400, first=[f"第 9 行 {example.TEACHER}：学校 示例县第一小学 → 示例县第二小学"]),
    moves=[("换学校", 398), ("状态改变", 2)],
    skipped=[("重复的行", 1)],
)
REASON = "“线上学时.xlsx”设了打开密码，请在 Excel 或 WPS 里去掉密码，另存后再导入。"
OLDER = "文件的数据截至 2024-05-13，比系统里最新的 2024-05-20 早，没有导入。确要补录，加 --force。"


def sent(_given: Given) -> Iterator[Sample]:
    for situation, name in (("刚发来", NAME), ("刚发来，平台没说文件名", "")):
        yield sample(received_file.received, situation, name, told=True)
    yield sample(received_file.received, "刚发来，机器人不能主动发消息", "", told=False)
    yield sample(received_file.looking_again, "说了要怎么看", NAME, told=True)
    yield sample(received_file.still_looking, "还没看完就来问", NAME, told=True)
    yield sample(received_file.importing, "确认了", NAME, told=True)
    yield sample(received_file.being_imported, "确认了两次", NAME, told=True)
    yield sample(received_file.result_below, "机器人不能主动发消息，来问结果")
    yield sample(received_file.nothing_sent, "没有发过表格")
    yield sample(received_file.moved_on, "按钮或确认已经晚了", NAME)
    yield sample(received_file.not_understood, "看不懂要怎么导入", "第二张工作表")
    yield sample(received_file.wrong_ending, "不是表格", "名册.pdf")
    yield sample(received_file.send_in_private, "发到了群里")
    yield sample(received_file.cannot_keep, "服务器没有设密钥")
    yield sample(received_file.too_large, "太大", NAME, 20)
    yield sample(received_file.not_fetched, "平台没给", NAME, "")
    yield sample(received_file.not_fetched, "平台说了原因", NAME, "请在开发者后台给应用开通权限。")
    yield sample(received_file.given_up, "怎么也看不成", NAME)
    yield sample(received_file.import_given_up, "怎么也导不完", NAME)


def looked_at(given: Given) -> Iterator[Sample]:
    minutes = given.plan.confirm_minutes
    days = [("今天", example.TODAY), ("昨天", example.YESTERDAY)]
    yield sample(received_file.refused, "不能导入", NAME, REASON)
    yield sample(received_file.refused, "要用电脑上的选项", NAME, OLDER)
    yield sample(received_file.which_kind, "看不出是哪一种", NAME, ["名册", "线上学时"])
    yield sample(received_file.which_kind, "是别的表", NAME, ["学校", "名册"], "菜名、价格")
    yield sample(received_file.which_day, "没写截至哪一天", NAME, "文件里没有写“统计时间”或“截至”。", days)
    yield sample(received_file.bad_rows, "有读不懂的行", FAULTY)
    for situation, found in (("干净的表", CLEAN), ("什么都有的表", MIXED)):
        yield sample(received_file.would_import, situation, found, minutes, again=False, stands=True)
        yield sample(received_file.nothing_changes, situation, found)
        yield sample(received_file.imported, situation, found)
    yield sample(received_file.would_import, "确认以后变了", CLEAN, minutes, again=True, stands=True)
    yield sample(received_file.would_import, "还有别的在等确认", CLEAN, minutes, again=False, stands=False)
    yield sample(received_file.would_import, "名册里有人换学校", MOVING, minutes, again=False, stands=True)
    yield sample(received_file.finished_after_a_stop, "中间重启过", NAME)
    yield sample(received_file.another_waits, "还发过一份", NAME)


def on_pages(_given: Given) -> Iterator[Sample]:
    yield sample(import_page.second_wanted, "方案要第二个人", example.COLLEAGUE, NAME)
    yield sample(import_page.approved, "点了“导入”", NAME)
    yield sample(import_page.declined, "点了“不导入”", NAME)
    yield sample(import_page.looked_at_again, "换了看法", NAME)
    yield sample(import_page.somebody_was_quicker, "两个人、两个窗口同时办", NAME)
    yield sample(import_page.asked_to_take_back, "要撤销一次导入", NAME)
    yield sample(import_page.reversal_has_changed, "撤销之前又变了", NAME)
    yield sample(import_page.taken_back, "别人撤销了", example.COLLEAGUE, NAME, 300, "导错了文件")


SAMPLES = (sent, looked_at, on_pages)
