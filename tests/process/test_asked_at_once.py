"""Two processes in which the same job is asked for at the same moment: it is asked for once."""

import threading
from datetime import date

from sqlalchemy import select

from storage import job_requests
from storage.page_tables import job_request
from storage.tables import person, school
from tests.kit.patience import PATIENCE_SECONDS
from tests.kit.processes import on_postgresql


def ask(connection):
    return job_requests.ask(connection, "daily-ranking", date(2024, 5, 20), person_id=1, at=1)


@on_postgresql
def test_who_asks_second_finds_what_the_first_has_asked(database):
    with database.writing() as connection:
        connection.execute(school.insert().values(id=1, name="示例县第一小学", kind="primary"))
        connection.execute(person.insert().values(id=1, staff_no="T1", name="示例甲", school_id=1))
    answers = []

    def second():
        with database.writing() as connection:
            answers.append(ask(connection))

    other = threading.Thread(target=second)
    with database.writing() as connection:
        assert ask(connection)
        other.start()
        other.join(0.3)
        assert answers == []  # it waits for us
    other.join(PATIENCE_SECONDS)

    assert answers == [False]
    with database.reading() as connection:
        assert len(connection.scalars(select(job_request.c.id)).all()) == 1
