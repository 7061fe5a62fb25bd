"""What plays ask the database about, beside what people read."""

from datetime import date

from sqlalchemy import Select, select

from storage.connection_tables import received_file
from storage.tables import import_run, online_snapshot
from tests.endurance.scene import Scene

MONDAY = date(2024, 5, 20)
HOURS = "统计时间：2024年5月20日\n姓名,人员编号,获得学时\n示例甲,T1,20\n示例乙,T2,25\n示例丙,T3,3.5\n示例丁,T4,1\n"
IMPORTED = {1: 2000, 2: 2500, 3: 350, 4: 100}
OFFICE = 4


def one(scene: Scene, what: object) -> object:
    with scene.town.database.reading() as connection:
        return connection.scalar(what if isinstance(what, Select) else select(what))


def import_states(scene: Scene) -> set[str]:
    with scene.town.database.reading() as connection:
        return set(connection.scalars(select(import_run.c.state)))


def file_states(scene: Scene) -> list[str]:
    with scene.town.database.reading() as connection:
        return list(connection.scalars(select(received_file.c.state)))


def hours(scene: Scene, day: date = MONDAY) -> dict[int, int]:
    """What everybody has as of a day, each once."""
    columns = online_snapshot.c
    wanted = select(columns.person_id, columns.online_hours).where(columns.as_of == day, columns.counts)
    with scene.town.database.reading() as connection:
        rows = [tuple(row) for row in connection.execute(wanted)]
    assert len(rows) == len(dict(rows)), rows
    return dict(rows)
