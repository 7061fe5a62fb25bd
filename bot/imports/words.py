"""Closed sets by the words that rosters really use: 学段, 状态, 职务, 是否."""

import re
from collections.abc import Iterable

from rapidfuzz import fuzz, process

from bot.imports.cells import Cell, CellFault, label, value
from bot.policy.people import PersonState, Role, SchoolKind
from bot.policy.points import Catalogue

SCHOOL_KINDS = {
    SchoolKind.KINDERGARTEN: "幼儿园 学前 学前教育 公办园 民办园 公办幼儿园 民办幼儿园 附属幼儿园 幼儿",
    SchoolKind.PRIMARY: "小学 中心小学 中心校 村小 完小 完全小学 教学点 初小",
    SchoolKind.JUNIOR: "初中 初级中学 普通初中 初中学校",
    SchoolKind.SENIOR: "高中 普通高中 高级中学 普高 高中学校",
    SchoolKind.NINE_YEAR: "九年一贯制 九年一贯制学校 九年制 九年制学校 九年一贯 一贯制学校",
    SchoolKind.COMPLETE: "完全中学 完中 完全中学校 十二年一贯制 十二年一贯制学校",
    SchoolKind.VOCATIONAL: "中职 中等职业学校 职教中心 职业高中 职高 中专 职业学校 中等职业教育",
    SchoolKind.SPECIAL: "特教 特殊教育 特殊教育学校 特教学校 特校",
    SchoolKind.QUALITY: "素质教育 素质教育学校 素质教育基地 素质教育中心 校外活动中心",
    SchoolKind.OTHER: "其他 其它 教师进修学校 进修学校 教育局 机关 直属单位 事业单位",
}
STATES = {
    PersonState.ACTIVE: "在册 在岗 在职 在编 正常 启用 有效 参训",
    PersonState.DEFERRED: "暂缓 暂缓参训 缓训 缓学 停用 暂停 病假 产假 长期病假 长病假 休假 请假 借调 支教",
    PersonState.TRANSFERRED: "调出 调离 调走 已调出 已调离 外调 离职 辞职 离岗 离开",
    PersonState.RETIRED: "退休 已退休 离退休 离休 内退",
    PersonState.EXEMPT: "免训 免学 免修 免参训 不参训 免于参训 免测",
}
ROLES = {
    Role.TEACHER: "教师 老师 任课教师 专任教师 科任教师 科任 学科教师 班主任 教学人员",
    Role.LEADER: "教研组长 组长 学科组长 学科教研组长 教研组组长",
    Role.SCHOOL_ADMIN: "学校管理员 管理员 校级管理员 项目管理员 学校项目管理员 信息化管理员",
    Role.PRINCIPAL: "校长 园长 正校长 正园长 校长(园长) 校长兼书记 书记兼校长 党支部书记兼校长",
    Role.OFFICE: "项目办 项目办成员 项目办公室 项目办主任 县项目办 市项目办",
    Role.OVERSIGHT: "领导小组 领导小组成员 领导小组组长 领导小组副组长",
}
# Posts that rosters name and that carry no right of their own here.
_OTHER_POSTS = (
    "副校长 副园长 教导主任 教务主任 教导副主任 政教主任 德育主任 总务主任 后勤主任 保教主任 教科研主任 办公室主任 "
    "主任 副主任 书记 副书记 党支部书记 工会主席 团委书记 少先队辅导员 大队辅导员 年级组长 年级主任 备课组长 "
    "职员 科员 干事 会计 出纳 校医 保健医 保育员 保育教师 实验员 图书管理员 教辅 教辅人员 工勤 工勤人员 后勤 其他"
)
_YES = frozenset({"是", "参与", "参加", "参与排名", "参加排名", "有", "y", "yes", "true", "1", "√", "✓"})
_NO = frozenset(
    {"否", "不参与", "不参加", "不参与排名", "不参加排名", "不", "无", "n", "no", "false", "0", "×", "x"}
)

STATE_WORDS = {PersonState.ACTIVE: "在册", PersonState.DEFERRED: "暂缓", PersonState.TRANSFERRED: "调出",
               PersonState.RETIRED: "退休", PersonState.EXEMPT: "免训"}  # fmt: skip
KIND_WORDS = {kind: words.split()[0] for kind, words in SCHOOL_KINDS.items()}
ROLE_WORDS = {role: words.split()[0] for role, words in ROLES.items()}

_KIND_BY_WORD = {word: kind for kind, words in SCHOOL_KINDS.items() for word in words.split()}
_STATE_BY_WORD = {word: state for state, words in STATES.items() for word in words.split()}
_ROLE_BY_WORD = {word: role for role, words in ROLES.items() for word in words.split()}
_OTHER = frozenset(_OTHER_POSTS.split())
_SEPARATORS = re.compile(r"[、,，;；/|+和兼\s]+")


def school_kind(cell: Cell) -> SchoolKind:
    """Raises CellFault for a word that nobody has explained yet, and for none."""
    word = label(cell)
    found = _KIND_BY_WORD.get(word)
    if found is None:
        raise _unknown("学段", word, KIND_WORDS.values())
    return found


def state(cell: Cell) -> PersonState:
    """A blank is 在册. Raises CellFault for an unknown word."""
    word = label(value(cell))
    if not word:
        return PersonState.ACTIVE
    found = _STATE_BY_WORD.get(word)
    if found is None:
        raise _unknown("状态", word, STATE_WORDS.values())
    return found


def roles(cell: Cell) -> tuple[frozenset[Role], frozenset[str]]:
    """The roles beside 教师, and the posts that carry no right here. Raises CellFault for an unknown word."""
    whole = label(value(cell))
    if whole in _ROLE_BY_WORD:  # 校长兼书记 is one word
        return _beside_teacher({_ROLE_BY_WORD[whole]}), frozenset()
    found: set[Role] = set()
    posts: set[str] = set()
    for word in _SEPARATORS.split(value(cell)):
        if word in _ROLE_BY_WORD:
            found.add(_ROLE_BY_WORD[word])
        elif word in _OTHER:
            posts.add(word)
        elif word:
            raise _unknown("职务", word, ROLE_WORDS.values())
    return _beside_teacher(found), frozenset(posts)


def _beside_teacher(found: set[Role]) -> frozenset[Role]:
    return frozenset(found - {Role.TEACHER})


def yes_or_no(cell: Cell, *, default: bool) -> bool:
    """Raises CellFault for anything but 是 and 否 in their usual spellings."""
    word = label(cell).casefold()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not value(cell):
        return default
    raise CellFault(f"应为 是 或 否，这里写的是“{word}”", "请改为 是 或 否")


def point_code(cell: Cell, catalogue: Catalogue) -> str:
    """A code such as A5 from a code, a name or both; "" for none. Raises CellFault."""
    written = label(value(cell))
    if not written:
        return ""
    if matched := re.match(r"([A-Ca-c])-?0?(\d{1,2})(?!\d)", written):
        code = f"{matched[1].upper()}{int(matched[2])}"
        if code in catalogue:
            return code
        raise CellFault(f"没有 {code} 这个微能力点", "A 类到 A13、B 类到 B10、C 类到 C7，请核对")
    named = [point.code for point in catalogue if written == point.name]
    named = named or [point.code for point in catalogue if written in point.aliases]
    if len(named) == 1:
        return named[0]
    if named:
        raise CellFault(f"“{written}”可以指 {'、'.join(named)}", "请填编码，例如 A5")
    near = process.extractOne(
        written, [point.name for point in catalogue], scorer=fuzz.ratio, score_cutoff=60
    )
    hint = f"是不是“{near[0]}”？" if near else "请填编码，例如 A5"
    raise CellFault(f"没有“{written}”这个微能力点", hint)


def _unknown(what: str, word: str, known: Iterable[str]) -> CellFault:
    choices = "、".join(known)
    if not word:
        return CellFault(f"缺少{what}", f"请填 {choices} 之一")
    return CellFault(f"不认识的{what}“{word}”", f"请改为 {choices} 之一")
