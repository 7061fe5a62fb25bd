"""What the words of an audience mean."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.policy.audience import (
    EVERY_GROUP,
    KINDS,
    PROGRESS,
    ROLES,
    Audience,
    Unknown,
    Why,
    dump_audience,
    load_audience,
    read_audience,
)
from bot.policy.people import Role, SchoolKind
from bot.policy.school import OWN_STEPS, STEPS
from bot.policy.standing import Step

NAMES = {
    1: ("示例县第一小学", "一小"),
    2: ("示例县第二小学", ""),
    3: ("示例县实验幼儿园", "实幼"),
    4: ("示例县第一中学", "一中"),
}


def read(words):
    return read_audience(words, NAMES)


def people(words, **narrowed):
    return Audience(
        words=words, to_groups=False, **{name: frozenset(what) for name, what in narrowed.items()}
    )


def test_without_words_every_bound_group_is_meant():
    assert read("") == EVERY_GROUP == read("所有群")
    assert EVERY_GROUP.to_groups
    assert not EVERY_GROUP.of_schools


def test_words_of_one_kind_join():
    assert read("幼儿园、小学") == people("幼儿园、小学", kinds={SchoolKind.KINDERGARTEN, SchoolKind.PRIMARY})
    assert read("组长、校长").roles == {Role.LEADER, Role.PRINCIPAL}
    assert read("没选点、没交").steps == {Step.NO_CHOICE, Step.NO_EVIDENCE}


def test_words_of_different_kinds_narrow_each_other():
    assert read("没选点、幼儿园、组长") == people(
        "没选点、幼儿园、组长",
        kinds={SchoolKind.KINDERGARTEN},
        steps={Step.NO_CHOICE},
        roles={Role.LEADER},
    )


def test_a_schools_name_and_a_kind_both_say_which_schools():
    assert read("幼儿园、一小") == people(
        "幼儿园、示例县第一小学", kinds={SchoolKind.KINDERGARTEN}, school_ids={1}
    )


@pytest.mark.parametrize("word", ["示例县第一小学", "一小", "第一小学", "示例县 第一小学"])
def test_a_school_is_known_by_either_name_or_by_a_part_that_only_it_has(word):
    assert read(word) == people("示例县第一小学", school_ids={1})


def test_a_part_that_several_schools_have_is_asked_back_with_their_names():
    assert read("示例县第") == Unknown(
        word="示例县第",
        why=Why.AMBIGUOUS,
        candidates=("示例县第一小学", "示例县第二小学", "示例县第一中学"),
    )


def test_a_name_that_nobody_has_is_no_audience_but_the_nearest_are_named():
    assert read("示例县第三小学") == Unknown(
        word="示例县第三小学",
        why=Why.UNKNOWN,
        candidates=("示例县第二小学", "示例县第一小学", "示例县第一中学"),
    )
    assert read("早上好") == Unknown(word="早上好", why=Why.UNKNOWN)


def test_with_group_behind_them_the_words_mean_groups():
    assert read("幼儿园群") == Audience(words="幼儿园群", kinds=frozenset({SchoolKind.KINDERGARTEN}))
    assert read("二小群、一中群") == Audience(
        words="示例县第二小学群、示例县第一中学群", school_ids=frozenset({2, 4})
    )
    assert read("全市群") == Audience(words="全市群", county=True)
    assert read("学校群").kinds == frozenset(SchoolKind)
    assert read("学校群、全市群").county


def test_all_groups_are_not_narrowed_by_some():
    assert read("所有群、幼儿园群") == EVERY_GROUP


def test_with_group_behind_the_last_of_several_units_all_of_them_mean_groups():
    assert read("幼儿园、小学群") == Audience(
        words="幼儿园群、小学群", kinds=frozenset({SchoolKind.KINDERGARTEN, SchoolKind.PRIMARY})
    )
    assert read("幼儿园、二小群") == Audience(
        words="幼儿园群、示例县第二小学群",
        kinds=frozenset({SchoolKind.KINDERGARTEN}),
        school_ids=frozenset({2}),
    )


@pytest.mark.parametrize(
    "words", ["没选点、全市群", "所有群、组长", "幼儿园、组长、小学群", "小学群、幼儿园", "小学、全市群"]
)
def test_people_and_groups_are_not_mixed(words):
    assert read(words) == Unknown(word=words, why=Why.MIXED)


@pytest.mark.parametrize("word", ["组长群", "没选点群", "老师群"])
def test_only_schools_and_the_county_have_groups(word):
    assert read(word) == Unknown(word=word, why=Why.NO_SUCH_GROUPS)


def test_a_secondary_school_is_any_of_four_kinds_and_not_a_vocational_one():
    assert KINDS["中学"] == {
        SchoolKind.JUNIOR,
        SchoolKind.NINE_YEAR,
        SchoolKind.SENIOR,
        SchoolKind.COMPLETE,
    }


def test_progress_words_are_the_steps_of_the_lists():
    assert PROGRESS["落后"] == set(OWN_STEPS)
    assert PROGRESS["未达标"] == set(STEPS)
    assert frozenset().union(*PROGRESS.values()) == set(Step) - {Step.NONE}


def test_every_role_has_its_word():
    assert set(ROLES.values()) == set(Role)


def test_every_kind_of_school_but_the_rest_has_its_word():
    assert frozenset().union(*KINDS.values()) == set(SchoolKind) - {SchoolKind.OTHER}


ANY = st.builds(
    Audience,
    words=st.just("词"),
    to_groups=st.booleans(),
    county=st.booleans(),
    kinds=st.frozensets(st.sampled_from(SchoolKind)),
    school_ids=st.frozensets(st.integers(1, 50)),
    roles=st.frozensets(st.sampled_from(Role)),
    steps=st.frozensets(st.sampled_from(Step)),
    saw=st.none() | st.integers(1, 99),
)


@given(ANY)
def test_what_is_kept_is_read_back_as_it_was(audience):
    kept = json.loads(json.dumps(dump_audience(audience)))

    assert load_audience(kept, audience.words) == audience


def test_every_group_is_kept_as_nothing():
    assert dump_audience(EVERY_GROUP) == {}


@given(st.lists(st.sampled_from([*KINDS, *ROLES, *PROGRESS]), min_size=1, unique=True))
def test_the_order_of_words_changes_nothing_but_the_words(said):
    there, back = read("、".join(said)), read("、".join(reversed(said)))

    assert (there.kinds, there.roles, there.steps) == (back.kinds, back.roles, back.steps)
    assert there.words == "、".join(said)


@given(st.text(max_size=40))
def test_any_words_are_an_audience_or_a_reason(words):
    assert isinstance(read(words), Audience | Unknown)
