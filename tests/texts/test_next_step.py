"""The next single action, for every step."""

from dataclasses import replace
from datetime import date

import pytest

from bot.policy.people import PersonState
from bot.policy.plan import Hours
from bot.policy.standing import Evidence, Facts, Gaps, Step
from messages.texts.next_step import About, Outlook, missing, next_step, state_lines

DUE = date(2024, 5, 30)
ABOUT = About(number=12, label="A5 技术支持的课堂导入", since=date(2024, 5, 20))
NOTHING = Gaps(online=Hours(0), practice=Hours(0), together=Hours(0), points=0, dimensions=0)


def gaps(**missing_parts):
    return Gaps(
        **{
            name: getattr(NOTHING, name)
            for name in ("online", "practice", "together", "points", "dimensions")
        }
        | missing_parts
    )


def outlook(step, gaps=NOTHING, points=(), due=DUE, evidence=(), about=None):
    facts = Facts(
        state=PersonState.ACTIVE,
        has_study_account=True,
        online=None,
        online_as_of=None,
        practice=Hours(0),
        chosen=(),
        certified=(),
        evidence=evidence,
    )
    return Outlook(
        facts=facts,
        gaps=gaps,
        step=step,
        open_points=points,
        today=date(2024, 5, 21),
        due=due,
        last=date(2024, 6, 30),
        about=about,
    )


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (outlook(Step.NO_ACCOUNT), "下一步：向本校学校管理员要学习账号，开始线上学习（5月30日（周四）前）。"),
        (outlook(Step.NO_CHOICE), "下一步：发“推荐选点”，选定微能力点（5月30日（周四）前）。"),
        (
            outlook(Step.NO_EVIDENCE, points=("A5 技术支持的课堂导入", "B2 微课程设计与制作")),
            "下一步：交 A5 技术支持的课堂导入 的材料，发“提交 A5 链接”，要交什么发“微能力 A5”看（5月30日（周四）前）。",
        ),
        (
            outlook(
                Step.NO_EVIDENCE,
                points=("A5 技术支持的课堂导入", "B2 微课程设计与制作"),
                evidence=(("A5", Evidence.WAITING),),
            ),
            "下一步：交 B2 微课程设计与制作 的材料，发“提交 B2 链接”，要交什么发“微能力 B2”看（5月30日（周四）前）。",
        ),
        (
            outlook(Step.RETURNED, about=ABOUT),
            "下一步：按退回的原因改好 A5 技术支持的课堂导入（编号 12），再发“提交 A5 链接”（5月30日（周四）前）。",
        ),
        (
            outlook(Step.WAITING, about=ABOUT),
            "下一步：等审核（编号 12，5月20日交），你暂时不用做什么。",
        ),
        (
            outlook(Step.WAITING, about=replace(ABOUT, held=True)),
            "下一步：编号 12 是逾期交的，等项目办重开，你暂时不用做什么。",
        ),
        (outlook(Step.RETURNED), "下一步：按退回的原因改好材料，再交一次（5月30日（周四）前）。"),
        (outlook(Step.WAITING), "下一步：等教研组长审核，你暂时不用做什么。"),
        (
            outlook(Step.HOURS, gaps(online=Hours(650))),
            "下一步：继续线上学习，还差 6.5 学时（5月30日（周四）前）。",
        ),
        (
            outlook(Step.HOURS, gaps(practice=Hours(300))),
            "下一步：补实践学时，还差 3 学时（5月30日（周四）前）。",
        ),
        (outlook(Step.NONE), "下一步：不用再做什么。"),
        (
            outlook(Step.NO_CHOICE, due=None),
            "6月30日（周日）已经截止，还能不能补请问项目办。要补的是：发“推荐选点”，选定微能力点。",
        ),
        (outlook(Step.WAITING, due=None), "下一步：等教研组长审核，你暂时不用做什么。"),
    ],
)
def test_there_is_one_action_with_its_date(given, sentence):
    assert next_step(given) == sentence


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (outlook(Step.NO_CHOICE), "下一步：在下面的“选点”里选定微能力点（5月30日（周四）前）。"),
        (
            outlook(Step.NO_EVIDENCE, points=("A5 技术支持的课堂导入",)),
            "下一步：在下面的“提交材料”里交 A5 技术支持的课堂导入 的材料，要交什么看“我的微能力点”（5月30日（周四）前）。",
        ),
        (
            outlook(Step.RETURNED, about=ABOUT),
            "下一步：按退回的原因改好 A5 技术支持的课堂导入（编号 12），再在下面的“提交材料”里交一次（5月30日（周四）前）。",
        ),
        (outlook(Step.WAITING, about=ABOUT), "下一步：等审核（编号 12，5月20日交），你暂时不用做什么。"),
    ],
)
def test_on_a_page_it_is_done_with_the_page(given, sentence):
    assert next_step(replace(given, on_page=True)) == sentence


@pytest.mark.parametrize(
    ("given", "phrase"),
    [
        (NOTHING, ""),
        (
            gaps(online=Hours(650), practice=Hours(1700), together=Hours(2350), points=2, dimensions=1),
            "线上 6.5 学时、实践 17 学时、2 个微能力点认证",
        ),
        (gaps(dimensions=1), "再认证 1 个其他维度的微能力点"),
        (gaps(together=Hours(100)), "合计 1 学时"),  # where a plan asks for more together than in parts
    ],
)
def test_each_gap_is_named_on_its_own(given, phrase):
    assert missing(given) == phrase


def test_only_people_who_do_not_count_are_told_their_state():
    assert state_lines(PersonState.ACTIVE) == ()
    assert state_lines(PersonState.DEFERRED) == ("你目前登记为“暂缓”，不计入学校合格率。",)
