"""Three schools and five people, for commands."""

from sqlalchemy import insert, select

from storage.database import Database
from storage.tables import account, person, role, school, teaching_group


def fill(url):
    """Two schools; in the first a teacher, a leader and somebody without a group, in the second an office person."""
    database = Database(url)
    with database.writing() as connection:
        schools = [
            {"name": "示例县第一小学", "short_name": "示例一小", "kind": "primary"},
            {"name": "示例县第二小学", "short_name": "示例小学", "kind": "primary"},
            {"name": "示例县第三小学", "short_name": "示例小学", "kind": "primary"},
        ]
        connection.execute(insert(school), schools)
        first, second, _ = connection.scalars(select(school.c.id).order_by(school.c.id))
        connection.execute(insert(teaching_group), [{"school_id": first, "name": "语文组"}])
        group = connection.scalar(select(teaching_group.c.id))
        people = [
            ("SL1", "赵示例", first, group, "8000"),
            ("SL2", "钱示例", first, group, ""),
            ("SL3", "孙示例", first, None, ""),
            ("SL4", "李示例", second, None, "0004"),
        ]
        connection.execute(
            insert(person),
            [
                {
                    "staff_no": staff_no,
                    "name": name,
                    "school_id": school_id,
                    "group_id": group_id,
                    "study_account": f"yx{staff_no}",
                    "mobile_tail": tail,
                }
                for staff_no, name, school_id, group_id, tail in people
            ],
        )
        ids = dict(connection.execute(select(person.c.staff_no, person.c.id)).all())
        at = {"source": "roster", "granted_at": 1}
        connection.execute(
            insert(role),
            [
                {"person_id": ids["SL2"], "role": "leader", "school_id": first, "group_id": group, **at},
                {"person_id": ids["SL4"], "role": "office", "school_id": None, "group_id": None, **at},
            ],
        )
        connection.execute(
            insert(account),
            [
                {
                    "platform": platform,
                    "folded": "demo_0001",
                    "verbatim": "demo_0001",
                    "person_id": ids["SL1"],
                    "source": "roster",
                    "bound_at": 1,
                }
                for platform in ("wecom", "dingtalk")
            ],
        )
    database.close()
