"""The roster in the operator's hands: listed, granted, revoked, given a code; all of it audited."""

import json
import re

import pytest
from sqlalchemy import select

from messages.incoming import Platform
from storage.conversations import Topic, put
from storage.database import Database
from storage.identifiers import Identifiers
from storage.tables import account, audit, binding_code, conversation, person, role

SECRET_KEY = "a secret key of forty characters, or more"
EVERYBODY = (
    "SL1\t赵示例\t示例县第一小学\t语文组\t教师\t在册\t*******8000\n"
    "SL2\t钱示例\t示例县第一小学\t语文组\t教研组长\t在册\t\n"
    "SL3\t孙示例\t示例县第一小学\t\t教师\t在册\t\n"
)


@pytest.fixture
def roster(bot, county):
    """Runs `person …` on the small county."""

    def run(*arguments, **settings):
        return bot("person", *arguments, BOT_DATABASE_URL=county, **settings)

    return run


AUDIT = select(audit.c.actor, audit.c.action, audit.c.person_id, audit.c.detail).order_by(audit.c.id)
ROLES = (
    select(role.c.role, role.c.school_id, role.c.group_id, role.c.source)
    .where(role.c.person_id == 3, role.c.ended_at.is_(None))
    .order_by(role.c.id)
)


def test_the_list_shows_four_digits_of_a_mobile_and_leaves_a_trace(roster, stored):
    done = roster("list", "--school", "示例一小")
    assert (done.returncode, done.stdout, done.stderr) == (0, EVERYBODY, "")
    assert stored(AUDIT) == [("operator", "list people", None, {"school": 1, "people": 3})]


def test_the_list_is_json_for_programs(roster):
    lines = [json.loads(line) for line in roster("list", "--json").stdout.splitlines()]
    assert [line["staff_no"] for line in lines] == ["SL1", "SL2", "SL3", "SL4"]
    assert lines[3] == {
        "staff_no": "SL4",
        "name": "李示例",
        "school": "示例县第二小学",
        "group": "",
        "roles": ["office"],
        "state": "active",
        "mobile": "*******0004",
    }


def test_a_school_is_one_school(roster):
    nobody = roster("list", "--school", "示例九小")
    assert (nobody.returncode, nobody.stdout, nobody.stderr) == (
        1,
        "",
        "没有叫“示例九小”的学校，请写全称或简称\n",
    )
    two = roster("list", "--school", "示例小学")
    assert two.stderr == "“示例小学”是几所学校的简称，请写全称：示例县第二小学、示例县第三小学\n"


def test_a_lead_is_granted_for_the_own_school_or_the_named_one(roster, stored):
    own = roster("grant", "SL3", "校长")
    assert (own.returncode, own.stdout, own.stderr) == (0, "已授权：孙示例是示例县第一小学校长。\n", "")
    other = roster("grant", "SL3", "school_admin", "--school", "示例县第二小学")
    assert other.stdout == "已授权：孙示例是示例县第二小学学校管理员。\n"
    assert stored(ROLES) == [("principal", 1, None, "grant"), ("school_admin", 2, None, "grant")]
    assert stored(AUDIT) == [
        ("operator", "grant role", 3, {"role": "principal", "school": 1, "group": None}),
        ("operator", "grant role", 3, {"role": "school_admin", "school": 2, "group": None}),
    ]


def test_granting_twice_changes_nothing(roster, stored):
    roster("grant", "SL3", "园长")
    again = roster("grant", "SL3", "校长")
    assert (again.returncode, again.stdout) == (0, "孙示例已经是示例县第一小学校长，不用再授权。\n")
    assert len(stored(ROLES)) == len(stored(AUDIT)) == 1


def test_a_leader_leads_the_own_group(roster):
    assert roster("grant", "SL1", "教研组长").stdout == "已授权：赵示例是示例县第一小学语文组教研组长。\n"
    alone = roster("grant", "SL3", "leader")
    assert (alone.returncode, alone.stderr) == (1, "孙示例在花名册里没有教研组，请先在花名册里补上再授权\n")
    elsewhere = roster("grant", "SL1", "组长", "--school", "示例县第二小学")
    assert (elsewhere.returncode, elsewhere.stderr) == (
        1,
        "赵示例不在示例县第二小学，教研组长只能管本人所在的教研组\n",
    )


def test_the_office_has_no_school(roster, stored):
    refused = roster("grant", "SL3", "项目办", "--school", "示例一小")
    assert (refused.returncode, refused.stderr) == (1, "项目办和领导小组管全县，不用写 --school\n")
    assert roster("grant", "SL3", "office").stdout == "已授权：孙示例是项目办。\n"
    assert stored(ROLES) == [("office", None, None, "grant")]


def test_a_role_is_revoked_where_it_was_held(roster, stored):
    roster("grant", "SL3", "领导小组")
    done = roster("revoke", "SL3", "领导小组")
    assert (done.returncode, done.stdout) == (0, "已撤销：孙示例不再是领导小组。\n")
    assert stored(ROLES) == []
    again = roster("revoke", "SL3", "oversight")
    assert (again.returncode, again.stderr) == (1, "孙示例不是领导小组，没有什么可撤销的\n")
    assert [row[1] for row in stored(AUDIT)] == ["grant role", "revoke role"]


def test_what_waits_for_more_does_not_outlive_the_role(roster, county, stored):
    database = Database(county)
    with database.writing() as connection:
        for person_id in (2, 3):
            connection.execute(
                account.insert().values(
                    platform="wecom",
                    folded=f"u{person_id}",
                    verbatim=f"u{person_id}",
                    person_id=person_id,
                    source="code",
                    bound_at=0,
                )
            )
            put(connection, Platform.WECOM, f"u{person_id}", "", Topic.MORE, {}, expires_at=1)
    database.close()

    assert roster("revoke", "SL2", "教研组长").returncode == 0
    assert stored(select(conversation.c.folded)) == [("u3",)]


def test_a_role_from_the_roster_comes_back_with_it(roster):
    assert roster("revoke", "SL2", "教研组长").stdout == (
        "已撤销：钱示例不再是示例县第一小学语文组教研组长。\n"
        "这个角色写在花名册里，下次导入花名册会再加上；请同时改花名册。\n"
    )


def test_a_code_is_printed_once_and_stored_as_a_hash(roster, stored):
    done = roster("code", "SL1", BOT_SECRET_KEY=SECRET_KEY)
    pattern = (
        r"赵示例的绑定码：([A-Z0-9]{8})，20\d\d年\d{1,2}月\d{1,2}日 \d\d:\d\d 前有效，只能用一次。\n"
        r"请本人私信机器人：绑定 赵示例 \1\n"
    )
    found = re.fullmatch(pattern, done.stdout)
    assert (done.returncode, done.stderr, found is not None) == (0, "", True)
    ((code_hash, issued_at, expires_at),) = stored(
        select(binding_code.c.code_hash, binding_code.c.issued_at, binding_code.c.expires_at)
    )
    assert found[1] not in code_hash
    assert expires_at - issued_at == 7 * 24 * 60 * 60 * 1000
    assert stored(AUDIT) == [("operator", "issue binding code", 1, {})]


def test_a_new_code_voids_the_old_one(roster, stored):
    first = json.loads(roster("code", "SL1", "--json", BOT_SECRET_KEY=SECRET_KEY).stdout)
    second = json.loads(roster("code", "SL1", "--json", BOT_SECRET_KEY=SECRET_KEY).stdout)
    assert first["name"] == second["name"] == "赵示例"
    assert first["code"] != second["code"]
    voided = stored(select(binding_code.c.voided_at.is_not(None)).order_by(binding_code.c.id))
    assert voided == [(True,), (False,)]


def test_a_code_needs_the_secret_key(roster):
    done = roster("code", "SL1")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("BOT_SECRET_KEY：缺少，至少要 32 个字符")


@pytest.mark.parametrize("command", [("grant", "SL9", "校长"), ("revoke", "SL9", "校长"), ("code", "SL9")])
def test_an_unknown_number_names_nobody(roster, command):
    done = roster(*command, BOT_SECRET_KEY=SECRET_KEY)
    said = "花名册里没有这个人员编号，请核对；用 person list 可以查看花名册\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_an_identity_number_is_found_by_its_hash_and_shown_by_its_tail(roster, county):
    number = "110101199003070011"
    stored_number, tail = Identifiers(SECRET_KEY).stored(number)
    database = Database(county)
    with database.writing() as connection:
        connection.execute(
            person.update().where(person.c.id == 3).values(staff_no=stored_number, staff_no_tail=tail)
        )
    database.close()
    assert roster("grant", number, "校长", BOT_SECRET_KEY=SECRET_KEY).returncode == 0
    listed = roster("list", "--school", "示例一小")
    assert "****0011\t孙示例\t" in listed.stdout
    assert "110101" not in listed.stdout
    without_key = roster("code", number)
    assert number not in without_key.stderr


def test_another_secret_key_than_the_roster_s_is_refused(roster, county):
    database = Database(county)
    with database.writing() as connection:
        Identifiers(SECRET_KEY).remember(connection)
    database.close()
    assert roster("code", "SL1", BOT_SECRET_KEY=SECRET_KEY).returncode == 0
    other = roster("code", "SL1", BOT_SECRET_KEY="x" * 32)
    said = "BOT_SECRET_KEY 与这个数据库登记时用的不同，请换回原来的密钥再试。\n"
    assert (other.returncode, other.stdout, other.stderr) == (1, "", said)
