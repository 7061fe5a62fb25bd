"""What is compiled when it is first asked is asked before anybody waits for it."""

from typing import Final

from messages.understanding.read import Reader

# An order, a verdict, a text to many, and what nothing matches.
_ASKING_MUCH: Final = (
    "提交 A5 https://example.com/s/1 导入",
    "通过 1",
    "公告 各校 请交总结",
    "随便写一句谁也听不懂的话",
)


def get_ready(reader: Reader) -> None:
    """A third of a second, once in a process; a message has less than one until its platform gives up."""
    for line in _ASKING_MUCH:
        reader.read(line)
