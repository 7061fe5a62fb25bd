"""导出表格: every workbook for the office, and for a school's leads those of the own school."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.pages.visit import Denied, Redirect, Shown, Unfit, Visit
from bot.policy.export import OF_ONE_SCHOOL, Ending, ExportKind, Order, may_export
from bot.policy.school_named import named
from handlers.entry import Who
from storage.entry_links import Purpose, issue
from storage.schools import School, all_schools


@dataclass(frozen=True, slots=True)
class Offered:
    """One workbook as the page offers it."""

    kind: ExportKind
    title: str
    holds: str

    @property
    def of_one_school(self) -> bool:
        return self.kind in OF_ONE_SCHOOL


OFFERED: Final = (
    Offered(ExportKind.ACCEPTANCE, "验收表", "各校的合格率、优秀率和材料，每个人的学时、认证点和还差多少。冻结以后是冻结的数据。"),
    Offered(ExportKind.UNFINISHED, "未完成名单", "没达标的人，按学校列，卡在哪一步，怎么帮。"),
    Offered(ExportKind.RANKING, "学校排名", "现在的，或者某一天发过的。"),
    Offered(ExportKind.ROSTER, "名册", "改好可以原样导回。手机号不导出，只有尾号。"),
    Offered(ExportKind.AUDIT, "审计记录", "谁在什么时候做了什么、看了谁。"),
)  # fmt: skip


def exports(visit: Visit) -> Shown:
    offered = OFFERED if visit.sees_everything else tuple(one for one in OFFERED if one.of_one_school)
    may_order = bool(visit.standing & {Who.OFFICE, Who.LEAD})
    schools = () if visit.sees_everything else _led(visit, all_schools(visit.connection))
    return Shown(
        "office/exports.html", "导出表格", {"offered": offered, "schools": schools, "may_order": may_order}
    )


def order_export(visit: Visit) -> Redirect:
    """To the door that makes the file, by a link of its own: there is one way in which files are made."""
    order = _order(visit)
    if not may_export(visit.grants, order):
        raise Denied("这张表只有项目办能取；学校管理员和校长能取本校的验收表、未完成名单和名册。")
    code = issue(
        visit.connection,
        visit.visitor.person_id,
        Purpose.EXPORT,
        at=visit.real_ms,
        minutes=visit.plan.pages.link_minutes,
        content=order.as_content(),
    )
    visit.record("entry_link.issued", {"purpose": Purpose.EXPORT.value, "kind": order.kind.value})
    return Redirect(f"/office/export/{code}")


def _order(visit: Visit) -> Order:
    """Raises Unfit for what cannot be made out."""
    form = visit.asked.form
    try:
        kind, ending = ExportKind(form.get("kind", "")), Ending(form.get("ending", Ending.XLSX.value))
        day = date.fromisoformat(form["day"]) if form.get("day") else None
    except ValueError:
        raise Unfit("没看懂要哪一张表，请回到上一页再选一次。") from None
    school_id = _school(visit, form.get("school", "").strip()) if kind in OF_ONE_SCHOOL else None
    return Order(
        kind=kind, ending=ending, school_id=school_id, day=day if kind is ExportKind.RANKING else None
    )


def _school(visit: Visit, written: str) -> int | None:
    schools = all_schools(visit.connection)
    if not visit.sees_everything:
        led = _led(visit, schools)
        if len(led) == 1 and not written:
            return led[0].school_id
        schools = tuple(led)
    if not written:
        return None
    meant = named(written, {one.school_id: (one.name, one.short_name) for one in schools})
    if len(meant) != 1:
        raise Unfit(
            f"没有找到“{written}”，请写学校的全名。"
            if not meant
            else f"“{written}”可以指几所学校，请写全名。"
        )
    return meant[0]


def _led(visit: Visit, schools: Sequence[School]) -> tuple[School, ...]:
    return tuple(one for one in schools if one.school_id in visit.led_schools)
