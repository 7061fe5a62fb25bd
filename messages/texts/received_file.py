"""What is said about spreadsheets that the office sends to the bot."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from messages.outgoing import Answer, Data, Line, Part, answer, heading, item, quote, text
from messages.texts.wording import full_day
from messages.understanding.importing import ACCEPT_DROPS, SKIP_BAD

ENDINGS = (".xlsx", ".xls", ".csv")
MOST_LINES = 3  # of each list; the whole lists are made on a computer


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Some of the rows that are alike, and how many there are."""

    count: int = 0
    first: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What importing a file would do, or has done."""

    name: str
    kind: str  # 学校, 名册, 线上学时, 实践学时
    as_of: date | None
    rows: int
    added: int
    changed: int
    unchanged: int
    refreshed: int = 0  # of the unchanged ones: the same hours, as of a later day
    skipped: Sequence[tuple[str, int]] = ()  # why rows were passed over, and how many
    changes: Listed = field(default_factory=Listed)  # of schools and people; those who move stand first
    moves: Sequence[tuple[str, int]] = ()  # of the changed ones: what is hard to take back, and how many
    faults: Listed = field(default_factory=Listed)
    suspicious: Listed = field(default_factory=Listed)
    unmatched: Listed = field(default_factory=Listed)
    absent: int = 0
    notes: Sequence[str] = ()
    drops: int = 0  # of the suspicious ones: hours that have become fewer
    forced: int = 0  # of the suspicious ones: only the computer takes them in


def received(name: str, *, told: bool) -> Answer:
    """`told`: the bot can write to its sender of its own accord."""
    return answer(text("收到", _called(name), "，正在看", _then("，结果马上发给你。", told=told)))


def looking_again(name: str, *, told: bool) -> Answer:
    return answer(text("好，再看一遍", _called(name), _then("，结果马上发给你。", told=told)))


def still_looking(name: str, *, told: bool) -> Answer:
    return answer(text("还在看", _called(name), _then("，结果马上发给你。", told=told)))


def importing(name: str, *, told: bool) -> Answer:
    return answer(text("开始导入", _called(name), _then("，导完告诉你。", told=told)))


def being_imported(name: str, *, told: bool) -> Answer:
    return answer(text(_called(name), "正在导入", _then("，导完告诉你。", told=told)))


def result_below() -> Answer:
    """For whom the bot cannot write to: what was found out stands behind this answer."""
    return answer("结果附在后面；没有看到的话，过几秒再发一次“导入表格”。")


def nothing_sent() -> Answer:
    return answer(
        "没有等着导入的表格。把 .xlsx、.xls 或 .csv 文件直接发给我，我先看会改什么，你确认了才导入。"
    )


def moved_on(name: str) -> Answer:
    said = "已经不用导入了：导过了、换了一次看法，或者超过了 24 小时。要导入就再发一次文件。"
    return answer(text(_called(name), said))


def not_understood(rest: str) -> Answer:
    return answer(
        text("没看懂“", Data(rest), "”，什么都没有做。"),
        item("可以写是哪种表、截至哪一天：“导入表格 线上学时 5月20日”。"),
        item(f"读不懂的行不要了：“导入表格 {SKIP_BAD}”。"),
    )


def wrong_ending(name: str) -> Answer:
    said = "不是我能导入的表格。请发 .xlsx、.xls 或 .csv 文件；图片和 PDF 里的表，请先转成 Excel。"
    return answer(text(_called(name), said))


def send_in_private() -> Answer:
    return answer("表格里有老师的个人信息，群里不收，请私聊发给我。")


def cannot_keep() -> Answer:
    return answer("服务器没有设 BOT_SECRET_KEY，文件没有地方安全地放，没有收。请告诉维护机器人的人。")


def too_large(name: str, megabytes: int) -> Answer:
    return answer(
        text(
            _called(name),
            f"超过 {megabytes} MB，没有收。请去掉图片和多余的工作表，或分成几个文件再发；也可以在电脑上导入。",
        )
    )


def not_fetched(name: str, why: str) -> Answer:
    """`why`: what the platform has said, in words; mostly nothing."""
    said: tuple[Part, ...] = (Data(why),) if why else ("请再发一次文件。",)
    return answer(text(_called(name), "没有取到，什么都没有导入。", *said))


def given_up(name: str) -> Answer:
    return answer(
        text(
            _called(name),
            "试了三次都没有看成，什么都没有导入。请在电脑上用 python -m bot import 导入，或者告诉维护机器人的人。",
        )
    )


def import_given_up(name: str) -> Answer:
    return answer(
        text(_called(name), "试了三次都没有导完。请告诉维护机器人的人；同一份文件再导入一次不会重复计算。")
    )


def refused(name: str, why: str) -> Answer:
    lines = [text(_called(name), "没有导入。"), text(Data(why))]
    if "--" in why:
        lines.append(quote("带 -- 的选项只在电脑上有：python -m bot import。"))
    return answer(*lines)


def which_kind(name: str, kinds: Sequence[str], foreign: str = "") -> Answer:
    """`foreign`: the headers of a table that has none of ours."""
    if foreign:
        first = text(
            _called(name), "能打开，但不像学校、名册或学时的表（看到的是：", Data(foreign), "），没有导入。"
            "发错了就不用管；没有发错的话，它是：",
        )  # fmt: skip
    else:
        first = text("看不出", _called(name), "是哪一种表，还没有导入。它是：")
    return answer(
        first,
        *(item(f"{number}. {kind}") for number, kind in enumerate(kinds, 1)),
        text(f"回复编号就行，或者发“导入表格 {kinds[0]}”。"),
    )


def which_day(name: str, why: str, days: Sequence[tuple[str, date]]) -> Answer:
    """`days`: what each is called, and which it is."""
    return answer(
        text(_called(name), "的数据截至哪一天？还没有导入。", Data(why)),
        *(item(f"{number}. {word}，{full_day(day)}") for number, (word, day) in enumerate(days, 1)),
        text("回复编号，或者写上日期，例如“导入表格 5月20日”。"),
    )


def bad_rows(found: Found) -> Answer:
    return answer(
        text(_called(found.name), f"里有 {found.faults.count} 处读不懂，整个文件都没有导入。"),
        *_listed("读不懂", found.faults),
        text("改好再发一次；或者不要这些行，只导入别的：回复 1，或者发“导入表格 略过坏行”。"),
        *_on_computer(found),
    )


def would_import(found: Found, minutes: int, *, again: bool, stands: bool) -> Answer:
    """`again`: what was confirmed is not true any more · `stands`: 确认 is meant for it."""
    opening = "：数据在你确认以后变了，还没有导入，请再看一次。" if again else "看过了，还没有导入。"
    asked = (
        f"要导入，{minutes} 分钟内回复“确认”。"
        if stands
        else "你还有别的事在等确认。先办完那件，再发“导入表格”。"
    )
    return answer(
        text(_called(found.name), opening),
        *_what(found),
        *_listed("更改", found.changes),
        *_left_out(found),
        *_options(found),
        *(quote(Data(note)) for note in found.notes),
        text(asked),
        quote("不导入就不用管，文件 24 小时后删除。"),
        *_on_computer(found),
    )


def nothing_changes(found: Found) -> Answer:
    left_out = found.suspicious.count + found.unmatched.count + found.faults.count
    said = f"有 {left_out} 处没有算进去，原因在下面。" if left_out else "里面的数据系统里都有了。"
    return answer(
        text(_called(found.name), "没有变化，什么也没有改：", said),
        *_left_out(found),
        *_options(found),
        *_on_computer(found),
    )


def imported(found: Found) -> Answer:
    left_out = [
        f"{word} {count}"
        for word, count in (
            ("可疑", found.suspicious.count),
            ("对不上人", found.unmatched.count),
            ("读不懂", found.faults.count),
        )
        if count
    ]
    return answer(
        text("已导入", _called(found.name), "。"),
        *_what(found),
        *((text(f"没有导入的：{'、'.join(left_out)}。"),) if left_out else ()),
    )


def another_waits(name: str) -> Answer:
    """Behind what has come of one file, where its sender has sent more than one."""
    return answer(text("还有", _called(name), "等着导入，发“导入表格”接着看。"))


def finished_after_a_stop(name: str) -> Answer:
    return answer(text("已导入", _called(name), "。中间机器人重启过，已经接着导完了。"))


def _then(said: str, *, told: bool) -> str:
    return said if told else "。过几秒发“导入表格”看结果。"


def _called(name: str) -> Data:
    return Data(f"《{name}》" if name else "你发的表格")


def _what(found: Found) -> list[Line]:
    as_of = f"，数据截至 {full_day(found.as_of)}" if found.as_of else ""
    refreshed = f"（其中 {found.refreshed} 人的数据日期更新）" if found.refreshed else ""
    lines = [
        text(f"{found.kind}，{found.rows} 行{as_of}。"),
        item(f"新增 {found.added}，更改 {found.changed}，不变 {found.unchanged}{refreshed}"),
    ]
    if found.moves:
        lines.append(item(f"更改里，{_counted(found.moves)}，请核对"))
    if found.skipped:
        lines.append(item(f"略过：{_counted(found.skipped)}"))
    if found.absent:
        lines.append(item(f"系统里有、表里没有的 {found.absent}，不动"))
    return lines


def _counted(several: Sequence[tuple[str, int]]) -> str:
    return "，".join(f"{word} {count}" for word, count in several)


def _left_out(found: Found) -> list[Line]:
    return [
        *_listed("可疑，没有算进去", found.suspicious),
        *_listed("对不上人，不会导入", found.unmatched),
        *_listed("略过的坏行", found.faults),
    ]


def _listed(title: str, listed: Listed) -> list[Line]:
    if not listed.count:
        return []
    more = listed.count - len(listed.first)
    rest = [item(f"还有 {more} 条")] if more else []
    return [heading(f"{title}（{listed.count}）"), *(item(Data(one)) for one in listed.first), *rest]


def _options(found: Found) -> list[Line]:
    lines = []
    if found.drops:
        lines.append(
            text(
                f"有 {found.drops} 人的学时变少，保留了原来的。确实变少了，发“导入表格 {ACCEPT_DROPS}”再看一遍。"
            )
        )
    if found.forced:
        lines.append(
            text(f"有 {found.forced} 处要核对过才能导入，只能在电脑上做：python -m bot import，加 --force。")
        )
    return lines


def _on_computer(found: Found) -> list[Line]:
    """Where there is more than is shown here."""
    lists = (found.faults, found.suspicious, found.unmatched)
    if all(listed.count == len(listed.first) for listed in lists):
        return []
    return [quote("全部问题的清单，在电脑上运行 python -m bot import … --dry-run 会写成一个表格。")]
