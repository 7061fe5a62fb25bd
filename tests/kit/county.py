"""示例县: two schools and four people, who are bound on both platforms."""

from datetime import date
from typing import Any

from bot.app import Parts
from bot.tenant.people import Platform
from storage.standings import rewrite
from storage.tables import account, online_snapshot, person, role, school, teaching_group

PEOPLE = {"T1": "示例甲", "T2": "示例乙", "T3": "示例丙", "T4": "示例丁"}
"""User ids, the same on both platforms, and names: a teacher, a leader, a principal, somebody of the office."""

_SCHOOLS = [
    {"id": 1, "name": "示例县第一小学", "kind": "primary"},
    {"id": 2, "name": "示例县教育局", "kind": "other"},
]
_PERSONS: list[dict[str, Any]] = [
    {"id": 1, "school_id": 1, "group_id": 1, "subject": "语文"},
    {"id": 2, "school_id": 1, "group_id": 1, "subject": "数学"},
    {"id": 3, "school_id": 1, "group_id": None, "subject": ""},
    {"id": 4, "school_id": 2, "group_id": None, "subject": ""},
]
_ROLES = [
    {"person_id": 2, "role": "leader", "school_id": 1, "group_id": 1},
    {"person_id": 3, "role": "principal", "school_id": 1, "group_id": None},
    {"person_id": 4, "role": "office", "school_id": None, "group_id": None},
]


def settle_county(parts: Parts) -> None:
    """示例甲 has 18.5 学时 online as of 2024-05-19, and nobody has anything else."""
    numbered = list(zip(_PERSONS, PEOPLE.items(), strict=True))
    with parts.database.writing() as connection:
        connection.execute(school.insert(), _SCHOOLS)
        connection.execute(teaching_group.insert().values(id=1, school_id=1, name="语文组"))
        connection.execute(
            person.insert(),
            [
                row | {"staff_no": number, "name": name, "study_account": f"s{row['id']}"}
                for row, (number, name) in numbered
            ],
        )
        connection.execute(
            account.insert(),
            [
                {
                    "platform": platform.value,
                    "folded": number.lower(),
                    "verbatim": number,
                    "person_id": row["id"],
                    "source": "roster",
                    "bound_at": 1,
                }
                for platform in Platform
                for row, (number, _) in numbered
            ],
        )
        connection.execute(role.insert(), [row | {"source": "roster", "granted_at": 1} for row in _ROLES])
        connection.execute(
            online_snapshot.insert().values(person_id=1, as_of=date(2024, 5, 19), online_hours=1850)
        )
        rewrite(connection, [1, 2, 3, 4], parts.plan, parts.catalogue)
