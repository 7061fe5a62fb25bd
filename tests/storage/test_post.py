"""A message is posted once, whatever happens twice."""

from sqlalchemy import insert

from bot.policy.outgoing import Kind, Way
from messages.outgoing import answer
from storage.delivery_tables import chat_group
from storage.outbox import Post, has_posted, post


def posts(count: int) -> list[Post]:
    said = answer("全县合格率 62.5%")
    return [Post(key=f"k{number}", kind=Kind.RANKING, answer=said, group_id=1) for number in range(count)]


def test_what_was_there_already_is_not_counted_and_wakes_nobody(database):
    with database.writing() as connection:
        connection.execute(
            insert(chat_group).values(
                id=1,
                platform="wecom",
                way=Way.WECOM_WEBHOOK.value,
                address_hash="hash",
                address="sealed",
                bound_at=1,
                bound_by="console",
            )
        )
    with database.writing() as connection:
        assert post(connection, posts(2), at=1) == 2
        assert has_posted(connection)
    with database.writing() as connection:
        assert post(connection, posts(3), at=2) == 1
        assert has_posted(connection)
    with database.writing() as connection:
        assert post(connection, posts(3), at=3) == 0
        assert not has_posted(connection)
