"""The table of everything one can ask: who may, where, and who answers."""

from collections.abc import Callable

from handlers import help as help_handler
from handlers.bind import bind
from handlers.cancel import cancel
from handlers.choose import choose
from handlers.deadlines import deadlines
from handlers.entry import Entry, Room, Who, table
from handlers.more import more
from handlers.my_data import my_data
from handlers.my_hours import my_hours
from handlers.my_points import my_points
from handlers.point import point
from handlers.point_list import point_list
from handlers.recommend import recommend
from handlers.scope import scope
from handlers.swap import swap
from handlers.turn import Handler, Turn
from handlers.what_is_missing import what_is_missing
from handlers.who_am_i import who_am_i
from handlers.why import why
from messages.commands import Command
from messages.outgoing import Answer
from messages.texts.bind import not_in_group

_EVERYONE = frozenset({Who.EVERYONE})
_TEACHER = frozenset({Who.TEACHER})
_LEAD = frozenset({Who.LEAD})


def _help(turn: Turn) -> Answer:
    return help_handler.help_(turn, REGISTRY.values())


def _entry(  # noqa: PLR0913, PLR0917 - a row of the table below
    command: Command,
    handler: Handler,
    who: frozenset[Who],
    room: Room,
    example: str,
    summary: str,
    *,
    changes: bool = False,
    in_group: Callable[[], Answer] | None = None,
    instead: str = "",
) -> Entry:
    return Entry(
        command=command,
        handler=handler,
        who=who,
        room=room,
        changes=changes,
        example=example,
        summary=summary,
        in_group=in_group,
        instead=instead,
    )


# 确认 is not here: handlers.perform repeats what was previewed, with the permission of that command.
# fmt: off
REGISTRY = table((
    # what the asker is like
    _entry(Command.WHAT_IS_MISSING, what_is_missing, _TEACHER, Room.PRIVATE_ONLY, "还差什么", "还差哪些，下一步做什么"),
    _entry(Command.MY_HOURS, my_hours, _TEACHER, Room.PRIVATE_ONLY, "我的学时", "线上、实践各有多少"),
    _entry(Command.MY_POINTS, my_points, _TEACHER, Room.PRIVATE_ONLY, "我的微能力", "选了哪些点，认证了哪些"),
    _entry(Command.WHY, why, _TEACHER, Room.PRIVATE_ONLY, "为什么", "我的数字是怎么算出来的"),
    _entry(Command.MY_DATA, my_data, _TEACHER, Room.PRIVATE_ONLY, "我的数据", "存了我的哪些信息"),
    # points
    _entry(Command.RECOMMEND, recommend, _TEACHER, Room.PRIVATE_ONLY, "推荐选点", "给我配好三组，回复编号就选定"),
    _entry(Command.CHOOSE, choose, _TEACHER, Room.PRIVATE_ONLY, "选点 A1 A5 B2", "选定三个微能力点", changes=True),
    _entry(Command.SWAP, swap, _TEACHER, Room.PRIVATE_ONLY, "换点 A5 A6", "换一个点，先旧后新", changes=True),
    _entry(Command.POINT, point, _TEACHER, Room.ANYWHERE, "微能力 A5", "一个点要交什么材料"),
    _entry(Command.POINT_LIST, point_list, _TEACHER, Room.ANYWHERE, "微能力清单 本校", "有哪些点可以选，也可接“维度”“环境”"),
    # the school's lead
    _entry(Command.SCOPE, scope, _LEAD, Room.ANYWHERE, "本校范围 A1 A5 B2 B9", "交本校的微能力点范围，不写编码就是查看",
           changes=True, instead="微能力清单 本校"),
    # everybody
    _entry(Command.DEADLINES, deadlines, _EVERYONE, Room.ANYWHERE, "截止时间", "现在第几阶段，离截止还有几天"),
    _entry(Command.WHO_AM_I, who_am_i, _EVERYONE, Room.PRIVATE_ONLY, "我是谁", "姓名、学校、角色、绑定的账号"),
    _entry(Command.BIND, bind, _EVERYONE, Room.PRIVATE_ONLY, "绑定 王小明 7K3M9QXD", "用绑定码绑定身份", changes=True,
           in_group=not_in_group),
    _entry(Command.MORE, more, _EVERYONE, Room.ANYWHERE, "更多", "看长回答的后半部分"),
    _entry(Command.CANCEL, cancel, _EVERYONE, Room.ANYWHERE, "取消", "放弃等待中的操作", changes=True),
    _entry(Command.HELP, _help, _EVERYONE, Room.ANYWHERE, "帮助", "看这张表"),
))
# fmt: on
