"""The demonstration's groups are bound, and only anew where something is missing."""

import pytest
from sqlalchemy import delete, insert

from bot.demo.directory import AIBOT_GROUP, directory
from bot.demo.folder import furnish, settings_of
from bot.demo.groups import bind_groups
from bot.demo.units import UNITS
from bot.policy.outgoing import Way
from bot.settings import Settings
from bot.tenant.people import Platform
from storage import chat_groups
from storage.delivery_tables import chat_group
from storage.sealing import Sealing
from storage.tables import school

AT = 1_716_200_000_000


@pytest.fixture
def demo(database, tmp_path):
    furnish(tmp_path / "demo")

    def start(tenant="http://127.0.0.1:8080/tenant"):
        settings = settings_of(tmp_path / "demo", Settings(), tenant)
        groups = directory(settings.secret_key.get_secret_value()).groups.values()
        return bind_groups(database, groups, settings, at=AT)

    with database.writing() as connection:
        connection.execute(insert(school), [{"name": unit.name, "kind": "other"} for unit in UNITS])
    return start


def test_every_unit_has_its_group_on_both_platforms_and_the_county_one_of_each(demo, database):
    # 40 units: the office's own has no group, and one teacher alone is none either.
    assert demo() == (40 - 2) * 2 + 2

    with database.reading() as connection:
        groups = chat_groups.bound(connection)
    assert {(one.way, one.title) for one in groups if one.school_id is None} == {
        (Way.WECOM_WEBHOOK, "示例县 提升工程群（校长和项目办）"),
        (Way.DINGTALK_WEBHOOK, "示例县 提升工程群（校长和项目办）"),
    }
    assert {one.way for one in groups if one.school_name == "示例县第二小学"} == {
        Way.WECOM_WEBHOOK,
        Way.DINGTALK_GROUP,
    }
    assert {one.way for one in groups if one.school_name == "示例县第一小学"} == {
        Way.WECOM_AIBOT,
        Way.DINGTALK_GROUP,
    }
    assert all(one.title == f"{one.school_name} 研修群" for one in groups if one.school_id is not None)


def test_another_start_binds_nothing_anew_and_leaves_what_was_unbound(demo, database):
    demo()
    with database.writing() as connection:
        chat_groups.unbind(connection, 1, at=AT)
        chat_groups.stop(connection, 2, "93000", AT)

    assert demo() == 0
    with database.reading() as connection:
        assert chat_groups.find(connection, 1).ended_at == AT
        assert chat_groups.find(connection, 2).stopped_at == AT


def test_webhooks_follow_the_practice_tenant_to_another_port(demo, database, tmp_path):
    demo()
    # 37 of WeCom and both of the county; robot and AI bot know their groups by the groups' own ids.
    assert demo("http://127.0.0.1:9090/tenant") == 37 + 2

    key = settings_of(tmp_path / "demo", Settings()).secret_key.get_secret_value()
    with database.reading() as connection:
        groups = chat_groups.bound(connection)
        found = chat_groups.addresses(connection, [one.id for one in groups], Sealing(key), AT)
    assert len(groups) == 78
    by_id = {Way.DINGTALK_GROUP, Way.WECOM_AIBOT}
    webhooks = [one.address for one in found.values() if one.way not in by_id]
    assert all(address.startswith("http://127.0.0.1:9090/tenant/") for address in webhooks)


def test_a_county_of_before_there_was_an_aibot_hears_nothing_twice(demo, database, tmp_path):
    demo()
    settings = settings_of(tmp_path / "demo", Settings(), "http://127.0.0.1:8080/tenant")
    key = settings.secret_key.get_secret_value()
    group = next(
        one
        for one in directory(key).groups.values()
        if one.name == AIBOT_GROUP and one.platform is Platform.WECOM
    )
    webhook = f"{settings.wecom.api_base}/cgi-bin/webhook/send?key={group.webhook}"
    before = chat_groups.Binding(way=Way.WECOM_WEBHOOK, address=webhook, school_id=1, title=group.name)
    with database.writing() as connection:
        connection.execute(delete(chat_group).where(chat_group.c.way == Way.WECOM_AIBOT.value))
        chat_groups.bind(connection, before, Sealing(key), at=AT, by="demo")

    assert demo() == 1
    with database.reading() as connection:
        ways = [one.way for one in chat_groups.bound(connection) if one.title == AIBOT_GROUP]
    assert sorted(ways) == [Way.DINGTALK_GROUP, Way.WECOM_AIBOT]
    assert demo() == 0
