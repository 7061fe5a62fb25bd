"""The people of the demonstration county, the same ones every time; nobody of them exists."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from random import Random

from bot.demo.units import BUREAU, TRAINING_SCHOOL, UNITS, Unit

_SEED = 20240520
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方"
_GIVEN = "示例演练样试"  # 示例, 演练, 样例: whoever meets such a name knows that it is made up
_SMALLEST_ORGANISED = 5  # units with fewer people have no lead and no groups of their own
_OFFICE = 3
_OVERSIGHT = 3
_STATES = ("暂缓", "调出", "退休", "免训")
_NOT_ACTIVE_EVERY = 60
_WITHOUT_STUDY_ACCOUNT_EVERY = 25
_WITHOUT_CHAT_EVERY = 20  # these bind themselves with a code
_NAMESAKES = 12

# Groups with the subject of their members.
_KINDERGARTEN = (("大班组", "保教"), ("中班组", "保教"), ("小班组", "保教"))
_PRIMARY = (
    ("语文组", "语文"),
    ("数学组", "数学"),
    ("英语组", "英语"),
    ("综合组", "科学"),
    ("艺体组", "音乐"),
)
_SECONDARY = (
    ("语文组", "语文"),
    ("数学组", "数学"),
    ("英语组", "英语"),
    ("理化组", "物理"),
    ("生物地理组", "生物"),
    ("政史组", "历史"),
    ("艺体组", "体育"),
    ("信息技术组", "信息技术"),
)
_STAGES = {
    "幼儿园": (_KINDERGARTEN, "幼儿园"),
    "小学": (_PRIMARY, "小学"),
    "教学点": (_PRIMARY, "小学"),
    "初中": (_SECONDARY, "初中"),
    "九年一贯制": (_SECONDARY, "初中"),
    "高中": (_SECONDARY, "高中"),
    "完全中学": (_SECONDARY, "高中"),
    "中职": (_SECONDARY, "中职"),
    "特殊教育": (_PRIMARY[:2], "特教"),
}
_ELSEWHERE = ((("教研组", "综合实践"),), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPerson:
    """A row of the roster, in the words of the file."""

    staff_no: str
    name: str
    school: str
    group: str
    stage: str
    subject: str
    role: str
    mobile: str
    wecom: str
    dingtalk: str
    study_account: str
    state: str


def people() -> tuple[DemoPerson, ...]:
    """2,000 people in the order of the units."""
    names = _names()
    rows = [
        person
        for unit in UNITS
        for place, (number, called) in enumerate(_take(names, unit.people))
        for person in [_person(unit, place, number, called)]
    ]
    return tuple(_with_namesakes(_with_leaders(rows)))


def _names() -> Iterator[tuple[int, str]]:
    """Numbered names, no two alike."""
    given = [*_GIVEN, *("".join(pair) for pair in product(_GIVEN, repeat=2))]
    every = [surname + rest for surname in _SURNAMES for rest in given]
    Random(_SEED).shuffle(every)
    return enumerate(every, start=1)


def _take(names: Iterator[tuple[int, str]], count: int) -> list[tuple[int, str]]:
    return [next(names) for _ in range(count)]


def _person(unit: Unit, place: int, number: int, called: str) -> DemoPerson:
    """`place` counts within the unit from 0, `number` within the county from 1."""
    groups, stage = _STAGES.get(unit.kind, _ELSEWHERE)
    organised = unit.people >= _SMALLEST_ORGANISED and unit.name != BUREAU
    group, subject = groups[place % len(groups)]
    has_account = number % _WITHOUT_STUDY_ACCOUNT_EVERY != 0
    account = f"demo_{number:04}" if number % _WITHOUT_CHAT_EVERY != 0 else ""
    return DemoPerson(
        staff_no=f"SL{number:04}",
        name=called,
        school=unit.name,
        group=group if organised else "",
        stage=stage,
        subject=subject if unit.name != BUREAU else "",
        role=_role(unit, place),
        # No operator has been given numbers that begin with 169, so nobody's telephone is meant.
        mobile=f"1690000{number:04}",
        # A third talks on WeCom only, a third on DingTalk only, a third on both.
        wecom=account if number % 3 != 1 else "",
        dingtalk=account if number % 3 != 2 else "",
        study_account=f"yx{number:04}" if has_account else "",
        state=_state(place, number),
    )


def _role(unit: Unit, place: int) -> str:
    if unit.name == BUREAU:
        return "项目办" if place < _OFFICE else "领导小组" if place < _OFFICE + _OVERSIGHT else "职员"
    if unit.people < _SMALLEST_ORGANISED or place > 1:
        return "教师"
    if place == 1:
        return "学校管理员、教师"
    return "园长" if unit.kind == "幼儿园" else "校长"


def _state(place: int, number: int) -> str:
    """Leads and group leaders stay; of the others some are away in one way or another."""
    if place < 2 * len(_SECONDARY) or number % _NOT_ACTIVE_EVERY:
        return "在册"
    return _STATES[number // _NOT_ACTIVE_EVERY % len(_STATES)]


def _with_leaders(rows: list[DemoPerson]) -> list[DemoPerson]:
    """The first plain teacher of each group leads it; the training school's group has nobody."""
    led: defaultdict[tuple[str, str], bool] = defaultdict(bool)
    found = []
    for person in rows:
        place = (person.school, person.group)
        if person.group and person.role == "教师" and not led[place] and person.school != TRAINING_SCHOOL:
            led[place] = True
            found.append(replace(person, role="教研组长、教师"))
        else:
            found.append(person)
    return found


def _with_namesakes(rows: list[DemoPerson]) -> list[DemoPerson]:
    """Some share a name with a colleague of the same school, some with somebody of another one."""
    found = list(rows)
    random = Random(_SEED + 1)
    plain = [index for index, person in enumerate(found) if person.role == "教师"]
    for pair in range(_NAMESAKES):
        one = random.choice(plain)
        colleagues = [
            i for i in plain if i != one and (found[i].school == found[one].school) == (pair % 2 == 0)
        ]
        if colleagues:
            other = random.choice(colleagues)
            found[other] = replace(found[other], name=found[one].name)
    return found
