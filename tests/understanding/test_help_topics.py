"""A question that only 帮助 can answer says which one it is."""

import pytest

from messages.commands import Command


@pytest.mark.parametrize(
    ("said", "topic"),
    [
        ("在吗", "问好"),
        ("转人工", "人工"),
        ("找项目办", "人工"),
        ("25+25是啥意思", "要求"),
        ("线上多学的能抵线下不", "要求"),
        ("优秀率60%怎么算", "优秀"),
        ("能不能申请评优秀", "优秀"),
        ("休产假的咋整", "谁要学"),
        ("校长也要学吗", "谁要学"),
        ("我调学校了怎么算", "谁要学"),
        ("我明年退休用学不", "谁要学"),
        ("账号密码忘了", "账号"),
        ("还没给我发账号", "账号"),
        ("a6的视频太大传不上去咋办", "材料"),
        ("视频要几分钟", "材料"),
        ("学生体会要几份", "材料"),
        ("必须录课吗", "材料"),
        ("能直接发文件吗", "材料"),
        ("链接权限怎么开", "链接"),
        ("怎么绑定账号", ""),
        ("帮助", ""),
        ("怎么用", ""),
    ],
)
def test_it_is_known_what_is_asked_about(reader, said, topic):
    understood = reader.read(said)

    assert (understood.command, understood.arguments.filter) == (Command.HELP, topic)
