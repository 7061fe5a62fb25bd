"""Chat groups: bound, changed, stopped, opened again; their secrets are sealed."""

import pytest
from sqlalchemy import insert, select

from bot.policy.outgoing import Kind, Way
from messages.incoming import IncomingMessage, Platform
from messages.incoming import Kind as MessageKind
from messages.outgoing import answer
from storage import chat_groups, heard_chats, outbox
from storage.chat_groups import Binding
from storage.delivery_tables import chat_group, heard_chat
from storage.delivery_tables import outbox as outbox_table
from storage.sealing import Sealing
from storage.tables import school
from storage.undelivered import bury

SEALING = Sealing("a secret key of forty characters, or more")
AT = 1_716_200_000_000
MINUTE = 60_000
WECOM_URL = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=00000000-0000-4000-8000-000000000001"
DINGTALK_URL = "https://oapi.dingtalk.com/robot/send?access_token=exampletoken1"


@pytest.fixture
def connection(database):
    with database.writing() as connection:
        connection.execute(
            insert(school),
            [{"id": number, "name": f"示例县第{number}小学", "kind": "primary"} for number in (1, 2)],
        )
        yield connection


def binding(school_id=1, way=Way.WECOM_WEBHOOK, address=WECOM_URL, **more):
    return Binding(way=way, address=address, school_id=school_id, **more)


def bind(connection, *, at=AT, **fields):
    return chat_groups.bind(connection, binding(**fields), SEALING, at=at, by="operator")


def heard(connection, chat="cidExample==", at=AT, platform=Platform.DINGTALK, sealing=SEALING, **fields):
    message = IncomingMessage(
        platform=platform,
        key="m",
        account="a",
        chat=chat,
        kind=MessageKind.TEXT,
        text="",
        sent_at=at,
        **fields,
    )
    heard_chats.hear(connection, [(message, at)], sealing)


def test_a_bound_group_is_known_with_its_school(connection):
    done = bind(connection, title="语文群")

    assert (done.before, done.reopened, done.resumed) == (None, False, 0)
    assert chat_groups.bound(connection) == (done.group,)
    group = done.group
    assert (group.platform, group.way, group.school_id, group.school_name, group.title) == (
        Platform.WECOM,
        Way.WECOM_WEBHOOK,
        1,
        "示例县第1小学",
        "语文群",
    )
    assert (group.bound_at, group.ended_at, group.stopped_at, group.received_at) == (AT, None, None, None)


@pytest.mark.parametrize(
    ("fields", "name"),
    [({"title": "语文群"}, "语文群"), ({}, "示例县第1小学群"), ({"school_id": None}, "全市群")],
)
def test_a_group_has_a_name_that_one_finds_it_by(connection, fields, name):
    assert bind(connection, **fields).group.name == name


def test_nothing_that_opens_a_group_stands_in_the_database(connection):
    bind(connection, way=Way.DINGTALK_WEBHOOK, address=DINGTALK_URL, secret="SECexamplesecret")

    stored = " ".join(map(str, connection.execute(select(chat_group)).one()))
    assert "exampletoken1" not in stored
    assert "SECexamplesecret" not in stored


def test_the_same_webhook_in_another_notation_changes_that_group(connection):
    first = bind(connection, title="语文群").group
    other = WECOM_URL.replace("https://qyapi.weixin.qq.com", "http://127.0.0.1:8080/tenant/wecom")

    done = bind(connection, address=other, school_id=2)

    assert done.before == first
    assert (done.group.id, done.group.school_id, done.group.title) == (first.id, 2, "语文群")
    found = chat_groups.addresses(connection, [first.id], SEALING, AT)
    assert found[first.id].address == other


def test_a_secret_that_is_not_said_again_stays(connection):
    group = bind(connection, way=Way.DINGTALK_WEBHOOK, address=DINGTALK_URL, secret="SECexample").group
    bind(connection, way=Way.DINGTALK_WEBHOOK, address=DINGTALK_URL, school_id=2)

    assert chat_groups.addresses(connection, [group.id], SEALING, AT)[group.id].secret == "SECexample"


def test_another_webhook_is_one_more_group_of_the_school(connection):
    first = bind(connection).group
    second = bind(connection, address=WECOM_URL[:-1] + "2").group
    county = bind(connection, address=WECOM_URL[:-1] + "3", school_id=None).group

    assert chat_groups.of_school(connection, 1) == (first, second)
    assert chat_groups.of_school(connection, None) == (county,)


def test_an_ended_group_is_gone_until_it_is_bound_again(connection):
    group = bind(connection).group

    assert chat_groups.unbind(connection, group.id, at=AT + 1) == group
    assert chat_groups.unbind(connection, group.id, at=AT + 2) is None
    assert chat_groups.bound(connection) == ()
    assert chat_groups.addresses(connection, [group.id], SEALING, AT) == {}
    assert [one.ended_at for one in chat_groups.listed(connection)] == [AT + 1]

    done = bind(connection, at=AT + 3)
    assert (done.reopened, done.group.id, done.group.ended_at) == (True, group.id, None)


def test_addresses_open_with_the_key_they_were_sealed_with_only(connection):
    group = bind(connection, way=Way.DINGTALK_WEBHOOK, address=DINGTALK_URL, secret="SECexample").group

    (found,) = chat_groups.addresses(connection, [group.id], SEALING, AT).values()
    assert (found.way, found.address, found.secret) == (Way.DINGTALK_WEBHOOK, DINGTALK_URL, "SECexample")
    assert chat_groups.addresses(connection, [group.id], Sealing("another key of the same length"), AT) == {}


def test_refusals_are_counted_in_a_row_and_forgotten_once_something_is_taken(connection):
    group = bind(connection).group

    assert [chat_groups.refused(connection, group.id, "93000", AT + n) for n in (1, 2)] == [1, 2]
    assert chat_groups.find(connection, group.id).stopped_for == "93000"

    chat_groups.taken(connection, group.id, AT + 3)
    found = chat_groups.find(connection, group.id)
    assert (found.refusals, found.stopped_for, found.received_at) == (0, "", AT + 3)


def test_a_refusal_from_before_the_group_was_bound_anew_says_nothing_about_it(connection):
    group = bind(connection).group
    bind(connection, at=AT + MINUTE)

    assert chat_groups.refused(connection, group.id, "93000", AT) == 0
    assert not chat_groups.stop(connection, group.id, "93000", AT)


def test_a_stopped_group_is_still_listed_and_stopped_once(connection):
    group = bind(connection).group

    assert chat_groups.stop(connection, group.id, "93000", AT + 1)
    assert not chat_groups.stop(connection, group.id, "93000", AT + 2)
    (found,) = chat_groups.bound(connection)
    assert (found.stopped_at, found.stopped_for) == (AT + 1, "93000")


def test_a_pause_is_never_made_shorter(connection):
    group = bind(connection).group

    chat_groups.pause(connection, group.id, AT + 60_000)
    chat_groups.pause(connection, group.id, AT + 10_000)

    assert connection.scalar(select(chat_group.c.paused_until)) == AT + 60_000


def _post(connection, group_id, key, at, kind=Kind.CORRECTION):
    post = outbox.Post(key=key, kind=kind, answer=answer("示例"), group_id=group_id)
    outbox.post(connection, [post], at=at)


def _states(connection):
    return dict(connection.execute(select(outbox_table.c.key, outbox_table.c.state)).all())


def test_binding_a_stopped_group_again_sends_what_is_still_worth_it(connection):
    group = bind(connection).group
    _post(connection, group.id, "old", AT, Kind.RANKING)  # worth saying for two hours
    _post(connection, group.id, "new", AT)  # for a day
    chat_groups.stop(connection, group.id, "93000", AT + 1)
    bury(connection, group.id, AT + 1)

    done = bind(connection, at=AT + 180 * MINUTE)

    assert (done.reopened, done.resumed, done.group.stopped_at, done.group.refusals) == (True, 1, None, 0)
    assert _states(connection) == {"old": "dead", "new": "queued"}


def test_what_waits_for_one_school_does_not_go_to_the_group_of_another(connection):
    group = bind(connection).group
    _post(connection, group.id, "first", AT)
    assert bind(connection, at=AT + 1, school_id=2).resumed == 0
    assert _states(connection) == {"first": "dead"}

    chat_groups.stop(connection, group.id, "93000", AT + 2)
    assert bind(connection, at=AT + 3, school_id=1).resumed == 0
    assert _states(connection) == {"first": "dead"}


def test_a_group_is_found_by_the_chat_in_which_one_speaks(connection):
    robot = bind(connection, way=Way.DINGTALK_GROUP, address="cidExample==").group
    bind(connection, way=Way.DINGTALK_WEBHOOK, address=DINGTALK_URL)

    assert chat_groups.in_chat(connection, Platform.DINGTALK, "cidExample==") == robot
    assert chat_groups.in_chat(connection, Platform.WECOM, "cidExample==") is None
    assert chat_groups.in_chat(connection, Platform.DINGTALK, "cidOther==") is None
    chat_groups.unbind(connection, robot.id, at=AT)
    assert chat_groups.in_chat(connection, Platform.DINGTALK, "cidExample==") is None


def test_where_somebody_has_just_spoken_one_may_answer_for_a_while(connection):
    group = bind(connection, way=Way.DINGTALK_GROUP, address="cidExample==").group
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=0123"
    heard(connection, reply_url=url, reply_url_expires=AT + MINUTE)

    (found,) = chat_groups.addresses(connection, [group.id], SEALING, AT).values()
    assert (found.address, found.reply_url, found.reply_until) == ("cidExample==", url, AT + MINUTE)
    (later,) = chat_groups.addresses(connection, [group.id], SEALING, AT + MINUTE).values()
    assert (later.reply_url, later.reply_until) == ("", 0)


def test_a_chat_keeps_what_the_platform_leaves_out_later(connection):
    url = "https://oapi.dingtalk.com/robot/sendBySession?session=0123"
    heard(connection, chat_title="语文群", reply_url=url, reply_url_expires=AT + MINUTE)
    heard(connection, at=AT + 5)

    after = connection.execute(select(heard_chat)).one()
    assert (after.title, after.heard_at, after.reply_until) == ("语文群", AT + 5, AT + MINUTE)
    assert "session" not in after.reply_url
    assert heard_chats.title_of(connection, Platform.DINGTALK, "cidExample==") == "语文群"
    assert heard_chats.title_of(connection, Platform.WECOM, "cidExample==") is None


def test_a_renamed_chat_has_its_new_name(connection):
    heard(connection, chat_title="语文群")
    heard(connection, chat_title="大语文群")
    assert heard_chats.title_of(connection, Platform.DINGTALK, "cidExample==") == "大语文群"


@pytest.mark.parametrize(
    "fields", [{"chat": ""}, {"chat": "unnamed"}, {"platform": Platform.CONSOLE, "chat": "console"}]
)
def test_what_is_no_group_that_could_be_bound_is_not_kept(connection, fields):
    heard(connection, **fields)
    assert connection.execute(select(heard_chat)).all() == []


def test_without_a_key_no_address_for_answers_is_kept(connection):
    heard(connection, sealing=None, reply_url="https://example.com", reply_url_expires=AT + MINUTE)
    assert connection.execute(select(heard_chat.c.reply_url, heard_chat.c.reply_until)).all() == [("", 0)]
