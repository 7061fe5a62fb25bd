"""The groups of the demonstration county, bound as an office would: to their schools, and one to the county."""

from collections.abc import Iterable, Iterator

from sqlalchemy import Connection

from bot.demo.directory import AIBOT_GROUP, COUNTY_GROUP, SCHOOL_GROUP
from bot.policy.outgoing import Way
from bot.settings import Settings
from bot.tenant.people import Group, Platform
from storage import chat_groups
from storage.chat_groups import Binding
from storage.database import Database
from storage.schools import all_schools
from storage.sealing import Sealing

ACTOR = "demo"


def bind_groups(database: Database, groups: Iterable[Group], settings: Settings, *, at: int) -> int:
    """How many were bound: those that are new, and those whose address is another than at the last start.

    What was unbound or has been stopped in a rehearsal stays so.
    """
    assert settings.secret_key is not None, "the demonstration makes its own"
    sealing = Sealing(settings.secret_key.get_secret_value())
    groups = tuple(groups)
    with database.reading() as connection:
        schools = {school.name: school.school_id for school in all_schools(connection)}
        wanted = tuple(_bindings(groups, schools, settings))
        missing = _missing(connection, wanted, sealing, at)
        superseded = _superseded(connection, groups, missing, settings)
    if missing:
        with database.writing() as connection:
            for group_id in superseded:
                chat_groups.unbind(connection, group_id, at=at)
            for binding in missing:
                chat_groups.bind(connection, binding, sealing, at=at, by=ACTOR)
    return len(missing)


def _superseded(
    connection: Connection, groups: Iterable[Group], missing: Iterable[Binding], settings: Settings
) -> list[int]:
    """In a county of before there was an AI bot: its group has a webhook, and would hear everything twice."""
    by_aibot = {binding.address for binding in missing if binding.way is Way.WECOM_AIBOT}
    webhooks = (_webhook(group, settings) for group in groups if group.chat_id in by_aibot)
    found = (chat_groups.at_address(connection, Way.WECOM_WEBHOOK, webhook) for webhook in webhooks)
    return [group.id for group in found if group is not None and group.ended_at is None]


def _missing(
    connection: Connection, wanted: Iterable[Binding], sealing: Sealing, now: int
) -> tuple[Binding, ...]:
    new, known = [], {}
    for binding in wanted:
        group = chat_groups.at_address(connection, binding.way, binding.address)
        if group is None:
            new.append(binding)
        elif group.ended_at is None:
            known[group.id] = binding
    found = chat_groups.addresses(connection, known, sealing, now)
    moved = (binding for group_id, binding in known.items() if _is_elsewhere(found, group_id, binding))
    return (*new, *moved)


def _is_elsewhere(found: dict[int, chat_groups.GroupAddress], group_id: int, binding: Binding) -> bool:
    """The practice tenant may listen on another port than yesterday."""
    return group_id not in found or found[group_id].address != binding.address


def _bindings(groups: Iterable[Group], schools: dict[str, int], settings: Settings) -> Iterator[Binding]:
    for group in groups:
        unit = group.name.removesuffix(SCHOOL_GROUP)
        if group.name == COUNTY_GROUP:
            yield _binding(group, None, settings)
        elif unit != group.name and unit in schools:
            yield _binding(group, schools[unit], settings)


def _binding(group: Group, school_id: int | None, settings: Settings) -> Binding:
    """Webhooks on WeCom, but for one school; on DingTalk the robot, but for the county: every way can be seen."""
    assert settings.dingtalk is not None, "the demonstration has both platforms"
    if group.name == AIBOT_GROUP and group.platform is Platform.WECOM:
        way, address = Way.WECOM_AIBOT, group.chat_id
    elif group.platform is Platform.WECOM:
        way, address = Way.WECOM_WEBHOOK, _webhook(group, settings)
    elif school_id is None:
        way = Way.DINGTALK_WEBHOOK
        address = f"{settings.dingtalk.oapi_base}/robot/send?access_token={group.webhook}"
    else:
        way, address = Way.DINGTALK_GROUP, group.chat_id
    secret = group.webhook_secret if way is Way.DINGTALK_WEBHOOK else ""
    return Binding(way=way, address=address, secret=secret, school_id=school_id, title=group.name)


def _webhook(group: Group, settings: Settings) -> str:
    assert settings.wecom is not None, "the demonstration has both platforms"
    return f"{settings.wecom.api_base}/cgi-bin/webhook/send?key={group.webhook}"
