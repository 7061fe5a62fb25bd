"""The messages with which an operator, or the office, tries whether somebody is reached."""

from messages.outgoing import Answer, answer


def test_message() -> Answer:
    return answer("这是一条测试消息：看到它，就说明机器人能主动发消息给你。不用回复。")


def group_test_message() -> Answer:
    return answer("这是一条测试消息：看到它，就说明机器人能发到这个群。不用回复。")
