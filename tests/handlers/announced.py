"""Announcements on file, and what the couriers would have made of their copies."""

from sqlalchemy import select, update

from bot.policy.announcement import AnnouncementState, wants_receipt
from bot.policy.audience import Audience
from bot.policy.outgoing import Way
from messages.texts.announcement import announced
from storage import announcements, chat_groups
from storage.announcement_tables import announcement
from storage.chat_groups import Binding
from storage.delivery_tables import chat_group, outbox
from storage.sealing import Sealing
from tests.handlers.conftest import FIRST_SCHOOL, OFFICE, SECOND_SCHOOL

EVERYBODY = Audience(words="老师", to_groups=False)
GROUPS = Audience()
BODY = "周五下午两点线上答疑"


def add_groups(county):
    """The ids of two groups of the first school and one of the second, in this order."""
    sealing = Sealing(county.secret_key)
    found = []
    for title, school_id in (("一小语文群", FIRST_SCHOOL), ("一小数学群", FIRST_SCHOOL), ("", SECOND_SCHOOL)):
        url = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-0000-0000-{len(found):012}"
        binding = Binding(way=Way.WECOM_WEBHOOK, address=url, school_id=school_id, title=title)
        bound = chat_groups.bind(county.connection, binding, sealing, at=county.real_ms, by="operator")
        found.append(bound.group.id)
    return found


def put(county, audience=GROUPS, body=BODY, state=AnnouncementState.POSTED, **fields):
    """Its 编号; what is POSTED has its copies."""
    number = announcements.put(
        county.connection,
        author_id=OFFICE,
        audience=audience,
        body=body,
        wants_receipt=wants_receipt(body),
        state=state,
        at=county.real_ms,
        **fields,
    )
    if state is AnnouncementState.POSTED:
        one = announcements.find_announcement(county.connection, number)
        said = announced(number, body, "项目办", wants_receipt=one.wants_receipt)
        announcements.post_copies(county.connection, one, audience, said, at=county.real_ms)
    return number


def came_to(county, number, state, *, group=None, person=None, done=True, **fields):
    """The copies of one announcement; of one group or person, or of all."""
    which = [outbox.c.announcement == number]
    which += [outbox.c.group_id == group] if group else []
    which += [outbox.c.person_id == person] if person else []
    at = county.real_ms if done else None
    county.connection.execute(update(outbox).where(*which).values(state=state.value, done_at=at, **fields))


def stop(county, group, code="93000"):
    county.connection.execute(
        update(chat_group).where(chat_group.c.id == group).values(stopped_at=county.real_ms, stopped_for=code)
    )


def state_of(county, number):
    return county.connection.scalar(select(announcement.c.state).where(announcement.c.number == number))


def copies(county, number):
    """Who has a copy, as (person, group), with its state."""
    rows = county.connection.execute(
        select(outbox.c.person_id, outbox.c.group_id, outbox.c.state)
        .where(outbox.c.announcement == number)
        .order_by(outbox.c.id)
    )
    return [tuple(row) for row in rows]
