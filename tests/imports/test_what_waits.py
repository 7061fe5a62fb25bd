"""What the bot has in mind of a chat account is its owner's: it does not go with the account, nor outlive a role."""

from messages.incoming import Platform
from storage import conversations
from storage.conversations import Topic

HEADER = ["姓名", "人员编号", "学校", "企业微信账号"]
LED = ["姓名", "人员编号", "学校", "教研组", "职务", "企业微信账号"]


def wait_for_more(county, *folded):
    """Links that wait for their point, and the rest of a list that waits for 更多."""
    with county.database.writing() as connection:
        for account in folded:
            for topic in (Topic.MENU, Topic.MORE):
                conversations.put(connection, Platform.WECOM, account, "", topic, {}, expires_at=1)


def waiting(county):
    return set(county.rows("conversation", "folded", order="folded"))


def test_it_is_gone_for_who_has_the_account_next_and_stays_for_everybody_else(county):
    county.run(
        "roster",
        [HEADER, ["赵一", "T001", "一小", "a"], ["钱二", "T002", "一小", "b"], ["孙三", "T003", "一小", "c"]],
    )
    wait_for_more(county, "a", "b", "c")

    county.run("roster", [HEADER, ["赵一", "T001", "一小", "b"], ["钱二", "T002", "一小", "a"]])

    assert waiting(county) == {("c",)}


def test_the_rest_of_a_list_does_not_outlive_the_role(county):
    led = ["钱二", "T002", "一小", "语文组", "教研组长", "b"]
    county.run("roster", [LED, ["赵一", "T001", "一小", "语文组", "教师", "a"], led])
    wait_for_more(county, "a", "b")

    county.run("roster", [LED, [*led[:4], "教师", "b"]])

    assert waiting(county) == {("a",)}
