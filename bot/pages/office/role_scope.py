"""Which role a form means, and where it holds."""

from bot.pages.visit import Unfit, Visit
from bot.policy.people import LEADS, Grant, Role
from storage.person_story import Card, roles
from storage.roster_lookup import schools_named


def scope_named(visit: Visit, card: Card, *, held: bool = False) -> tuple[Grant, str]:
    """The grant, and where it holds as a sentence says it. `held`: one that the person has, by its ids."""
    role = next((one for one in Role if one.value == visit.asked.form.get("role")), None)
    if role is None or role is Role.TEACHER:
        raise Unfit("请选一个角色。")
    if held:
        return _held(visit, card, role)
    if role in LEADS:
        return _of_school(visit, card, role)
    if role is not Role.LEADER:
        return _of_county(visit, role)
    if card.where.group_id is None:
        raise Unfit(f"{card.name}在花名册里没有教研组，请先在花名册里补上。")
    return Grant(role, card.where.school_id, card.where.group_id), card.school + card.group


def _held(visit: Visit, card: Card, role: Role) -> tuple[Grant, str]:
    form = visit.asked.form
    for one in roles(visit.connection, card.where.person_id):
        ids = (str(one.school_id or ""), str(one.group_id or ""))
        if (
            one.role is role
            and one.ended_at is None
            and ids == (form.get("school", ""), form.get("group", ""))
        ):
            return Grant(role, one.school_id, one.group_id), one.scope
    raise Unfit("没有这个角色，或者已经收回了。")


def _of_county(visit: Visit, role: Role) -> tuple[Grant, str]:
    """Too much for one careless choice in a list."""
    if visit.asked.form.get("school", "").strip():
        raise Unfit("这个角色管全县，不分学校。请把学校那一格清空；要给学校的，请选校长或学校管理员。")
    if not visit.asked.form.get("whole"):
        raise Unfit("这个角色看得到全县每个人的数据，项目办还能改。确定要给，请把“看得到全县”勾上。")
    return Grant(role), ""


def _of_school(visit: Visit, card: Card, role: Role) -> tuple[Grant, str]:
    """One's own, unless another is named."""
    name = visit.asked.form.get("school", "").strip()
    if not name:
        return Grant(role, card.where.school_id), card.school
    found = schools_named(visit.connection, name)
    if len(found) != 1:
        why = "没有叫这个名字的学校" if not found else "有几所学校用这个简称"
        raise Unfit(f"“{name[:50]}”：{why}，请写全称。")
    return Grant(role, found[0].school_id), found[0].name
