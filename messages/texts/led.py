"""What is asked of those who lead several groups."""

from collections.abc import Sequence

from messages.outgoing import Answer, Data, answer, text


def which_group(groups: Sequence[tuple[str, str]]) -> Answer:
    """`groups`: each with its school."""
    return answer(
        "你带几个教研组，这次是哪一个？",
        *(
            text(f"{n}. ", Data(group), "（", Data(school), "）")
            for n, (group, school) in enumerate(groups, 1)
        ),
        f"回复 1 到 {len(groups)}（5 分钟内有效，内容我先记着）。",
    )
