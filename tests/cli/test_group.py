"""Groups in the operator's hands: bound, changed, unbound, listed; no secret is ever shown."""

import json

import pytest
from sqlalchemy import select, update

from storage.chat_groups import addresses
from storage.database import Database
from storage.delivery_tables import chat_group
from storage.sealing import Sealing
from storage.tables import audit

SECRET_KEY = "a secret key of forty characters, or more"
KEY = "00000000-0000-4000-8000-00000000abcd"
WECOM = f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={KEY}"
DINGTALK = "https://oapi.dingtalk.com/robot/send?access_token=0123456789abcdef"
AT = 1_716_200_000_000  # 20 May 2024, 18:13:20 in Shanghai
COMMANDS = (["list"], ["unbind", "1"], ["bind", "--platform", "wecom", "--county", "--webhook", WECOM])


@pytest.fixture
def group(bot, county):
    """Runs `group …` on the small county."""

    def run(*arguments, **settings):
        return bot(
            "group", *arguments, **{"BOT_DATABASE_URL": county, "BOT_SECRET_KEY": SECRET_KEY, **settings}
        )

    return run


@pytest.fixture
def bind(group):
    def run(*arguments):
        return group("bind", *arguments)

    return run


def test_a_webhook_is_bound_to_a_school_changed_listed_and_unbound(group, bind, stored, county):
    first = bind("--platform", "wecom", "--school", "示例一小", "--webhook", WECOM, "--title", "语文群")
    assert (first.returncode, first.stdout, first.stderr) == (
        0,
        "已绑定：1 企业微信群机器人 示例县第一小学（语文群）。\n",
        "",
    )
    assert bind("--platform", "wecom", "--county", "--webhook", f"{WECOM}&debug=1").stdout == (
        "已更新：1 企业微信群机器人 全市（语文群）。\n"
    )
    database = Database(county)
    with database.writing() as connection:
        (found,) = addresses(connection, [1], Sealing(SECRET_KEY), AT).values()
        assert found.address == WECOM
        connection.execute(
            update(chat_group).values(received_at=AT, refusals=3, stopped_at=AT, stopped_for="93000")
        )
    database.close()

    listed = group("list")
    assert listed.stdout == (
        "1\t企业微信群机器人\t全市\t语文群\t…abcd\t2024-05-20 18:13 收到\t2024-05-20 18:13 起停发（93000）\n"
    )
    assert json.loads(group("list", "--json").stdout) == {
        "id": 1,
        "platform": "wecom",
        "way": "wecom.webhook",
        "school": None,
        "title": "语文群",
        "address": "…abcd",
        "state": "stopped",
        "stopped_for": "93000",
        "received_at": "2024-05-20T18:13:20+08:00",
        "stopped_at": "2024-05-20T18:13:20+08:00",
    }
    assert group("unbind", "1").stdout == "已解绑：1 企业微信群机器人 全市（语文群）。\n"
    assert group("list").stdout.startswith("还没有绑定群。")
    assert stored(select(audit.c.actor, audit.c.action, audit.c.detail).order_by(audit.c.id)) == [
        ("operator", "group.bound", {"group": 1, "school": 1, "way": "wecom.webhook"}),
        ("operator", "group.bound", {"group": 1, "school": None, "way": "wecom.webhook", "school_before": 1}),
        ("operator", "group.unbound", {"group": 1, "school": None}),
    ]


def test_what_opens_a_group_is_never_printed_and_stored_sealed_only(group, bind, stored):
    secret = "SEC0123456789abcdef0123456789abcdef"
    outputs = [
        bind("--platform", "dingtalk", "--county", "--webhook", DINGTALK, "--secret", secret),
        group("list"),
        group("list", "--json"),
        bind("--platform", "wecom", "--county", "--webhook", DINGTALK),
        bind("--platform", "dingtalk", "--county", "--webhook", DINGTALK, "--secret", "wrong-0123456789"),
    ]
    assert [one.returncode for one in outputs] == [0, 0, 0, 1, 1]
    shown = "".join(one.stdout + one.stderr for one in outputs) + str(
        [*stored(select(chat_group)), *stored(select(audit))]
    )
    for hidden in ("0123456789abcdef", secret, "wrong-"):
        assert hidden not in shown


def test_a_chat_is_bound_by_its_id_and_says_what_is_missing(bind):
    assert bind("--platform", "dingtalk", "--school", "第一小学", "--chat", "cidExample==").stdout == (
        "已绑定：1 钉钉企业机器人 示例县第一小学。\n"
        "还没有人在这个群里@过机器人：请确认机器人已加进群，会话 ID 没有抄错。\n"
    )
    assert bind("--platform", "wecom", "--county", "--chat", "wrExample").stdout == (
        "已绑定：2 企业微信智能机器人 全市。\n"
        "企业微信群要等智能机器人的长连接开通，并且有人在群里@机器人说过话，才推送得进去。\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("wecom", "--county", "--webhook", "abc"), "--webhook：不是网址，要像 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"),
        (("wecom", "--county", "--webhook", DINGTALK), "--webhook：这是钉钉的地址，--platform 要写 dingtalk"),
        (("dingtalk", "--county", "--webhook", WECOM), "--webhook：这是企业微信的地址，--platform 要写 wecom"),
        (("wecom", "--county", "--webhook", WECOM.replace("https", "http")), "--webhook：不是企业微信的地址，要以 https://qyapi.weixin.qq.com 开头"),
        (("wecom", "--county", "--webhook", "https://qyapi.weixin.qq.com/x"), "--webhook：不是群机器人的地址，要像 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"),
        (("wecom", "--county", "--webhook", WECOM[:-36]), "--webhook：里面没有密钥，或不完整，要像 https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…"),
        (("wecom", "--county", "--webhook", WECOM, "--secret", "SECx"), "--secret：只有钉钉群机器人的 Webhook 才有加签密钥"),
        (("dingtalk", "--county", "--chat", " "), "--chat：不像群的会话 ID，请原样复制"),
        (("dingtalk", "--county", "--chat", "cid Example=="), "--chat：不像群的会话 ID，请原样复制"),
        (("wecom", "--county", "--chat", WECOM), "--chat：这是网址，Webhook 地址要写在 --webhook 后面"),
        (("wecom", "--school", "第九小学", "--webhook", WECOM), "没有叫“第九小学”的学校，是不是 示例县第二小学、示例县第三小学、示例县第一小学？"),
        (("wecom", "--school", "示例小学", "--webhook", WECOM), "“示例小学”可能是几所学校，请写全称：示例县第二小学、示例县第三小学"),
    ],
)  # fmt: skip
def test_what_cannot_be_bound_is_refused_in_one_sentence(bot, sqlite_county, arguments, said):
    done = bot(
        "group", "bind", "--platform", *arguments,
        BOT_DATABASE_URL=sqlite_county, BOT_SECRET_KEY=SECRET_KEY,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{said}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--webhook", WECOM), "--school 和 --county 要写一个，只写一个"),
        (("--county", "--school", "示例一小", "--webhook", WECOM), "--school 和 --county 要写一个，只写一个"),
        (("--county",), "--webhook 和 --chat 要写一个，只写一个"),
    ],
)
def test_half_an_order_is_wrong_usage(bot, arguments, said):
    done = bot("group", "bind", "--platform", "wecom", *arguments, BOT_SECRET_KEY=SECRET_KEY)
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, said)


@pytest.mark.parametrize("arguments", COMMANDS[::2])
def test_without_a_key_nothing_can_be_opened_or_sealed(bot, sqlite_county, arguments):
    done = bot("group", *arguments, BOT_DATABASE_URL=sqlite_county)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("BOT_SECRET_KEY：缺少，至少要 32 个字符")


def test_a_group_that_is_not_bound_cannot_be_unbound_and_takes_the_others_with_it(bind, group):
    bind("--platform", "wecom", "--county", "--webhook", WECOM)
    done = group("unbind", "1", "7")
    assert (done.returncode, done.stderr) == (
        1,
        "没有序号是 7 的绑定群，一个也没有解绑；用 group list 可以查看\n",
    )
    assert group("list").stdout.startswith("1\t")


@pytest.mark.parametrize("number", ["0", "-1", "abc", "99999999999999999999"])
@pytest.mark.parametrize(
    "command", [("group", "unbind", "--"), ("outbox", "list", "--group"), ("outbox", "replay", "--group")]
)
def test_what_is_no_number_of_a_group_is_wrong_usage_and_no_traceback(bot, sqlite_county, command, number):
    done = bot(*command, number, BOT_DATABASE_URL=sqlite_county, BOT_SECRET_KEY=SECRET_KEY)

    assert (done.returncode, done.stdout) == (2, "")
    name = "ID…" if command[1] == "unbind" else "--group"
    assert done.stderr == f"{name}：要写范围内的整数\n用法见 python -m bot {' '.join(command[:2])} --help\n"


def test_a_group_that_nothing_can_be_sent_to_yet_is_listed_as_such(group, bind):
    bind("--platform", "wecom", "--county", "--chat", "wrExample1")
    bind("--platform", "wecom", "--county", "--webhook", WECOM)

    first, second = group("list").stdout.splitlines()
    assert first.split("\t")[-1] == "暂不能推送"
    assert second.split("\t")[-1] == "正常"
    states = [json.loads(line)["state"] for line in group("list", "--json").stdout.splitlines()]
    assert states == ["no-way", "open"]
