"""Samples about appeals: raised, listed, looked at, answered."""

from collections.abc import Iterator
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, B2, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.appeal import AppealState, Figures
from bot.policy.plan import Hours
from bot.policy.standing import Evidence, Grade, Step
from messages.commands import Command
from messages.texts import answer, appeal, appeals, view_appeal
from messages.texts.appeal import Case

OPEN = Case(
    number=21,
    name=example.TEACHER,
    school=example.SCHOOL,
    text="线上学时少了 3 学时，学习平台上是 21.5 学时",
    state=AppealState.OPEN,
    opened=example.LAST_WEEK,
    workdays=5,
    answerer="",
    answered=None,
    answer="",
)
ANSWERED = replace(
    OPEN,
    number=20,
    state=AppealState.ANSWERED,
    answerer=example.OFFICER,
    answered=example.TODAY,
    answer="已核对，平台次日更新",
)
CORRECTED = replace(ANSWERED, number=19, state=AppealState.CORRECTED, answer="已按学习平台更正")
NOTHING = Figures(
    online=None,
    online_as_of=None,
    practice=0,
    chosen=(),
    certified=(),
    evidence=(),
    done=False,
    step=Step.NO_CHOICE,
    rule_version="示例版本",
)
THEN = replace(
    NOTHING,
    online=Hours(1850),
    online_as_of=example.LAST_WEEK,
    practice=Hours(800),
    chosen=example.CHOSEN,
    certified=((A5, Grade.PASS),),
    evidence=((B2, Evidence.WAITING),),
)
AFTERWARDS = replace(THEN, online=Hours(2150), online_as_of=example.TODAY)


def raising(given: Given) -> Iterator[Sample]:
    figures = view_appeal.figures(THEN, given.catalogue)
    heard = [example.ADMIN, example.OFFICER]
    yield sample(appeal.opened, "记下了，说到一份材料", 21, heard, figures, 12, example.TODAY)
    yield sample(appeal.opened, "记下了，没有别人可告诉", 21, [], figures, None, example.TODAY)
    yield sample(appeal.opened_already, "同样的话", 21, example.LAST_WEEK)
    yield sample(appeal.own, "有在等的", [OPEN, ANSWERED], example.TODAY)
    yield sample(appeal.own, "都答复了", [ANSWERED, CORRECTED], example.TODAY)
    yield sample(appeal.how_to_write, "没有写内容")
    yield sample(appeal.notice_opened, "告诉能答复的人", 21, example.TEACHER, example.SCHOOL, OPEN.text)


def listing(_given: Given) -> Iterator[Sample]:
    for situation, waits, answered, own, by_school, answers in (
        (
            "项目办，有等着的",
            [OPEN, replace(OPEN, number=22, workdays=0)],
            [ANSWERED, CORRECTED],
            0,
            True,
            True,
        ),
        ("学校，有自己提的", [OPEN], [], 1, False, True),
        ("领导小组，只看", [OPEN], [ANSWERED], 0, True, False),
        ("没有等着的", [], [], 0, True, True),
    ):
        yield sample(
            appeals.appeals,
            situation,
            waits,
            answered,
            own=own,
            by_school=by_school,
            answers=answers,
            today=example.TODAY,
        )


def looking(given: Given) -> Iterator[Sample]:
    catalogue = given.catalogue
    for situation, case, now, about, own, answers in (
        ("能答复的人，还没答复", OPEN, AFTERWARDS, 12, False, True),
        ("能答复的人，答复过", ANSWERED, THEN, None, False, True),
        ("只看的人", OPEN, THEN, None, False, False),
        ("本人，还在等", OPEN, THEN, 12, True, False),
        ("本人，更正了", CORRECTED, AFTERWARDS, None, True, False),
    ):
        yield sample(
            view_appeal.view_appeal,
            situation,
            case,
            THEN,
            now,
            catalogue,
            about=about,
            own=own,
            answers=answers,
            today=example.TODAY,
        )
    yield sample(view_appeal.figures, "留底的数据，什么都没有", NOTHING, catalogue)
    yield sample(view_appeal.figures, "留底的数据", THEN, catalogue)


def answering(_given: Given) -> Iterator[Sample]:
    said = ANSWERED.answer
    yield sample(answer.answered, "答复了", 21, example.TEACHER, said, before="", corrected=False)
    yield sample(
        answer.answered,
        "标为更正，有人先答复过",
        21,
        example.TEACHER,
        said,
        before=example.ADMIN,
        corrected=True,
    )
    yield sample(answer.same_answer, "一样的答复", 21)
    yield sample(answer.not_yours, "不归他答复", 99)
    yield sample(answer.own_case, "自己提的", 21)
    yield sample(answer.how_to_answer, "没写编号或内容", Command.ANSWER)
    yield sample(answer.correct_not_open, "更正的不是申诉", 12)
    yield sample(answer.notice_answered, "告诉本人，答复了", 21, example.OFFICER, said, corrected=False)
    yield sample(answer.notice_answered, "告诉本人，更正了", 21, example.OFFICER, said, corrected=True)


SAMPLES = (raising, listing, looking, answering)
