"""Which school somebody means."""

import pytest

from bot.policy.school_named import Meant, meant

NAMES = {
    1: ("示例县第一小学", "示例一小"),
    2: ("示例县第二小学", "示例二小"),
    3: ("示例县第一初级中学", ""),
    4: ("样例乡中心幼儿园", "样例幼儿园"),
}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("示例县第一小学", Meant(1)),
        ("示例一小", Meant(1)),
        ("第一小学", Meant(1)),
        ("第一", Meant(None, ("示例县第一小学", "示例县第一初级中学"), ambiguous=True)),
        ("示例县", Meant(None, ("示例县第一小学", "示例县第二小学", "示例县第一初级中学"), ambiguous=True)),
        ("样例乡中心幼儿圆", Meant(None, ("样例乡中心幼儿园",))),
        ("外国语", Meant(None)),
        ("", Meant(None)),
    ],
)
def test_a_name_a_part_of_it_or_nearly_a_name(written, found):
    assert meant(written, NAMES) == found
