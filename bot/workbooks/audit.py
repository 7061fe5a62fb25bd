"""审计记录: everything that was done and looked at, the oldest first."""

from collections.abc import Iterator
from datetime import datetime

from bot.workbooks.commission import Commission
from bot.workbooks.cover import cover
from bot.workbooks.sheet import Book, Column, Kind, Row, Sheet
from messages.texts.audit_words import action_word, detail_words
from messages.texts.wording import full_day
from storage.export_audit import records

TITLE = "审计记录"
_COLUMNS = (
    Column("序号", Kind.NUMBER, 10),
    Column("时间", Kind.MOMENT, 20),
    Column("谁", width=16),
    Column("账号", width=20),
    Column("做了什么", width=26),
    Column("关于谁", width=12),
    Column("详情", width=60),
    Column("追踪编号", width=20),
)


def audit(wanted: Commission) -> Book:
    sheet = Sheet(TITLE, _COLUMNS, _rows(wanted))
    return Book(
        title=TITLE,
        cover=cover(
            wanted,
            TITLE,
            data=[("数据截至", full_day(wanted.today))],
            rules=lambda _plan: (),
            left_out=None,
            remarks=[
                ("时间", "按机器的时钟，不是演练的时间。"),
                ("账号", "person 后面是系统里的人；operator 是在服务器上操作的人；其余是还没有绑定的账号。"),
                ("只增不改", "记录只能增加，数据库不让修改和删除。"),
            ],
        ),
        sheets=(sheet,),
        main=sheet,
    )


def _rows(wanted: Commission) -> Iterator[Row]:
    zone = wanted.now.tzinfo
    for one in records(wanted.connection):
        yield (
            one.number,
            datetime.fromtimestamp(one.at / 1000, zone),
            one.actor_name,
            one.actor,
            action_word(one.action),
            one.concerns,
            detail_words(one.detail),
            one.trace,
        )
