"""Samples about the 30 points and about choosing three of them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, B2, C3, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.choice import ChoiceVerdict, Chooser, Scope, judge_choice, judge_swap
from bot.policy.points import Dimension, Environment
from bot.policy.standing import Grade
from bot.policy.suitability import recommend as recommendation
from messages.texts import choose, point, point_list, points, recommend
from messages.texts.point import OwnPoint
from messages.texts.points import OfferedScope

FILED = OfferedScope(frozenset({A5, "A6", B2, "B5", C3}), filed=True)
NOT_FILED = replace(FILED, filed=False)


def one_point(given: Given) -> Iterator[Sample]:
    which = given.catalogue[A5]
    confirmed = replace(which, evidence_confirmed=True)
    yield sample(point.point, "群里", which, None)
    yield sample(point.point, "没有选它", which, OwnPoint(chosen=False, grade=None, scope=None))
    yield sample(point.point, "选了它", confirmed, OwnPoint(chosen=True, grade=None, scope=NOT_FILED))
    yield sample(point.point, "已认证", which, OwnPoint(chosen=True, grade=Grade.EXCELLENT, scope=FILED))
    outside = given.catalogue["C1"]
    yield sample(point.point, "不在备案范围里", outside, OwnPoint(chosen=False, grade=None, scope=FILED))
    yield sample(point.which_point, "没有写编码")


def lists(given: Given) -> Iterator[Sample]:
    catalogue = given.catalogue
    yield sample(point_list.by_dimension, "按维度", catalogue)
    yield sample(point_list.by_environment, "按环境", catalogue)
    yield sample(point_list.of_dimension, "一个维度", Dimension.ANALYSIS, catalogue)
    yield sample(point_list.of_environment, "一个环境", Environment.SMART, catalogue)
    yield sample(point_list.of_school, "本校，还没有范围", None, catalogue)
    yield sample(point_list.of_school, "本校，还没备案", NOT_FILED, catalogue)
    yield sample(point_list.of_school, "本校，已备案", FILED, catalogue)
    yield sample(point_list.no_such_filter, "没有这一类", "难度")


def pieces(given: Given) -> Iterator[Sample]:
    catalogue = given.catalogue
    yield sample(points.coverage, "选的点覆盖哪些", example.CHOSEN, catalogue)
    yield sample(points.place, "一个点的维度和环境", catalogue[A5])
    yield sample(points.evidence, "要交什么，没有确认过", catalogue[A5])
    yield sample(points.evidence, "要交什么，确认过", replace(catalogue[A5], evidence_confirmed=True))
    yield sample(points.evidence, "要交什么，没有整理", replace(catalogue[A5], evidence=()))
    yield sample(points.impossible, "编码太大", "A14", catalogue)
    yield sample(points.impossible, "没有这一类", "D1", catalogue)
    yield sample(points.choose_words, "怎么说才选上", example.CHOSEN)


def recommendations(given: Given) -> Iterator[Sample]:
    catalogue, rule = given.catalogue, given.plan.choice
    three = recommendation(catalogue, None, "语文", "小学", rule=rule)
    kept = recommendation(catalogue, FILED.codes, "", "", [A5], rule=rule)
    yield sample(recommend.recommended, "不限范围，知道学科", three, [], None, "语文", catalogue)
    yield sample(recommend.recommended, "有备案范围，一个已认证", kept, [A5], FILED, "", catalogue)
    yield sample(recommend.none_fits, "配不出来", None)
    yield sample(recommend.none_fits, "本校范围里配不出来", NOT_FILED)
    yield sample(recommend.all_certified, "都认证了", example.CHOSEN, catalogue)


def choosing(given: Given) -> Iterator[Sample]:
    catalogue, rule = given.catalogue, given.plan.choice
    outlook = given.outlook(example.HAS_CHOSEN)
    fine = ChoiceVerdict(codes=example.CHOSEN, refusals=())
    yield sample(choose.chosen, "第一次选", fine, [], outlook, catalogue)
    warned = judge_choice(
        example.CHOSEN, Chooser(scope=Scope(frozenset({A5, B2}), filed=False)), rule, catalogue
    )
    yield sample(
        choose.chosen,
        "换下一个，撤回了材料，有不在范围里的",
        warned,
        ["A6", B2, C3],
        outlook,
        catalogue,
        [12],
    )
    yield sample(choose.unchanged, "和原来一样", example.CHOSEN, outlook, catalogue)
    yield sample(choose.how_to_choose, "没写编码", [], rule, catalogue)
    yield sample(choose.how_to_choose, "没写编码，选过", example.CHOSEN, rule, catalogue)


def refusals(given: Given) -> Iterator[Sample]:
    for situation, codes, chooser in (
        ("没有这个编码", ["A14", B2, C3], Chooser()),
        ("只写了两个", [A5, B2], Chooser()),
        ("写了四个", [A5, B2, C3, "A6"], Chooser()),
        ("写重了", [A5, A5, B2], Chooser()),
        ("都在一个维度", ["A2", "A3", "A4"], Chooser()),
        ("不在备案范围里", [A5, B2, "C1"], Chooser(scope=Scope(FILED.codes, filed=True))),
        ("换掉已认证的", ["A6", B2, C3], Chooser(chosen=example.CHOSEN, certified=(A5,))),
    ):
        yield _refused(given, situation, codes, chooser)


def _refused(given: Given, situation: str, codes: Sequence[str], chooser: Chooser) -> Sample:
    rule, catalogue = given.plan.choice, given.catalogue
    verdict = judge_choice(codes, chooser, rule, catalogue)
    return sample(choose.refused, situation, verdict, chooser.chosen, rule, catalogue)


def swapping(given: Given) -> Iterator[Sample]:
    catalogue, rule = given.catalogue, given.plan.choice
    for situation, old, new, certified in (
        ("旧的没有选过", "A6", "A7", ()),
        ("新的已经选了", A5, B2, ()),
        ("旧的已认证", A5, "A6", (A5,)),
        ("没有这个编码", A5, "A14", ()),
    ):
        chooser = Chooser(chosen=example.CHOSEN, certified=certified)
        verdict = judge_swap(old, new, chooser, rule, catalogue)
        yield sample(choose.swap_refused, situation, verdict, example.CHOSEN, rule, catalogue)
    yield sample(choose.how_to_swap, "没写两个编码", example.CHOSEN, catalogue)
    yield sample(choose.how_to_swap, "还没有选点", [], catalogue)
    yield sample(choose.swaps, "只写了旧的，有几个可换", A5, ["A6", "B5"], catalogue)
    yield sample(choose.swaps, "只写了旧的，有一个可换", A5, ["A6"], catalogue)
    yield sample(choose.only_together, "别的点也要换", A5, ["A6", B2, "B5"], catalogue)
    yield sample(choose.nothing_to_swap_to, "没有可换的", A5, catalogue)


SAMPLES = (one_point, lists, recommendations, choosing, refusals, swapping, pieces)
