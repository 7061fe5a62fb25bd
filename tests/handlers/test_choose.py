"""选点 and 换点: what is stored is always right, and a refusal names the step that mends it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from handlers.perform import perform
from messages.commands import Command
from storage.choices import active_choice
from storage.tables import audit, choice, filing, number_series, standing

TEACHER, ADMIN = 1, 3
CURRENT = "你原来选的没有变：A5 技术支持的课堂导入、B2 微课程设计与制作、B9 自评与互评活动的组织。"


def choose(county, *codes):
    return county.ask(TEACHER, Command.CHOOSE, codes=codes)


def file_scope(county, content, state="filed"):
    number = county.connection.execute(
        number_series.insert().values(kind="filing", issued_at=0)
    ).inserted_primary_key[0]
    county.connection.execute(
        filing.insert().values(
            number=number,
            school_id=1,
            slot="scope",
            content=content,
            state=state,
            handed_in_by=ADMIN,
            handed_in_at=0,
        )
    )


def stored_choice(county):
    return active_choice(county.connection, TEACHER)


def test_three_points_are_chosen_with_standing_and_audit(county):
    assert choose(county, "B9", "A5", "B2") == (
        "选好了：A5 技术支持的课堂导入、B2 微课程设计与制作、B9 自评与互评活动的组织。\n"
        "覆盖 3 个维度（教学设计、学法指导、学业评价）、2 个环境（多媒体教学环境、混合学习环境）。\n"
        "下一步：交 A5 技术支持的课堂导入 的材料，发“提交 A5 链接”，要交什么发“微能力 A5”看（5月30日（周四）前）。\n"
        "数据截至 5月21日（周二）"
    )
    row = county.connection.execute(select(standing).where(standing.c.person_id == TEACHER)).one()
    assert (row.chosen, row.next_step) == ("A5 B2 B9", "no_evidence")
    entry = county.connection.execute(select(audit)).one()
    assert (entry.actor, entry.action, entry.person_id) == ("person:1", "choice.changed", TEACHER)
    assert entry.detail == {"before": [], "after": ["A5", "B2", "B9"]}


def test_choosing_again_keeps_the_history(county):
    choose(county, "A5", "B2", "B9")
    county.later(hours=1)

    assert choose(county, "A5", "B2", "C2").splitlines()[:2] == [
        "选好了：A5 技术支持的课堂导入、B2 微课程设计与制作、C2 创造真实学习情境。",
        "换下了：B9 自评与互评活动的组织。",
    ]
    rows = county.connection.execute(
        select(choice.c.code, choice.c.ended_at.is_not(None)).order_by(choice.c.code)
    ).all()
    assert [(code, bool(ended)) for code, ended in rows] == [
        ("A5", False),
        ("B2", False),
        ("B9", True),
        ("C2", False),
    ]


def test_the_same_choice_again_changes_nothing(county):
    choose(county, "A5", "B2", "B9")

    assert choose(county, "B2", "B9", "A5").splitlines()[0] == (
        "你选的就是这 3 个：A5 技术支持的课堂导入、B2 微课程设计与制作、B9 自评与互评活动的组织，没有变化。"
    )
    assert county.connection.scalar(select(func.count()).select_from(audit)) == 1


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (
            ("A5", "A6", "A7"),
            (
                "没有选上：3 个点都在“学法指导”，要覆盖至少 2 个维度。\n"
                "把 A7 技术支持的总结提升 换成 A3 演示文稿设计与制作 就行：发“选点 A3 A5 A6”。"
            ),
        ),
        (
            ("A5", "A6"),
            (
                "没有选上：要选 3 个不同的点，这里只有 2 个。\n"
                "再加上 A3 演示文稿设计与制作 就行：发“选点 A3 A5 A6”。"
            ),
        ),
        (
            ("A5", "A6", "B2", "B9"),
            (
                "没有选上：只能选 3 个点，这里有 4 个。\n"
                "去掉 B9 自评与互评活动的组织 就行：发“选点 A5 A6 B2”。"
            ),
        ),
        (
            ("A5", "A5", "B2"),
            (
                "没有选上：A5 技术支持的课堂导入 写了不止一次。\n"
                "再加上 A3 演示文稿设计与制作 就行：发“选点 A3 A5 B2”。"
            ),
        ),
        (
            ("A5", "A14", "B2"),
            (
                "没有选上：没有 A14，A 类到 A13 为止。\n"
                "把 A14 换成 A3 演示文稿设计与制作 就行：发“选点 A3 A5 B2”。"
            ),
        ),
    ],
)
def test_a_refusal_names_one_step_that_mends_it(county, codes, said):
    assert choose(county, *codes) == said
    assert stored_choice(county) == frozenset()


def test_a_refusal_leaves_the_present_choice(county):
    choose(county, "A5", "B2", "B9")

    assert choose(county, "A5", "A6", "A7").splitlines()[-1] == CURRENT
    assert stored_choice(county) == {"A5", "B2", "B9"}


def test_without_codes_it_says_how(county):
    assert choose(county) == (
        "选点要写 3 个编码，覆盖至少 2 个维度，例如“选点 A1 A5 B2”。\n下一步：不知道选哪几个，发“推荐选点”。"
    )


def test_a_certified_point_stays(county):
    choose(county, "A5", "B2", "B9")
    county.certify(TEACHER, "B2")

    assert (
        choose(county, "A5", "A6", "B9").splitlines()[0]
        == "没有选上：B2 微课程设计与制作 已经认证，不能换掉。"
    )
    assert county.ask(TEACHER, Command.SWAP, codes=("B2", "A3")) == (
        "没有换：B2 微课程设计与制作 已经认证，不能换掉。\n下一步：发“推荐选点”看可以怎么选。\n" + CURRENT
    )
    assert stored_choice(county) == {"A5", "B2", "B9"}


def test_before_the_scope_is_filed_a_point_outside_is_a_warning(county):
    file_scope(county, "A1 A3 A5 A11 B2", state="handed_in")

    assert (
        "注意：A9 学生信息道德培养 不在本校报的范围里；范围备案以后就不能选了，可能要换。"
        in choose(county, "A5", "B2", "A9").splitlines()
    )
    assert stored_choice(county) == {"A5", "B2", "A9"}


def test_after_the_scope_is_filed_it_is_a_refusal(county):
    file_scope(county, "A1 A3 A5 A11 B2")

    assert choose(county, "A5", "B2", "A9") == (
        "没有选上：A9 学生信息道德培养 不在本校已备案的范围里。\n"
        "把 A9 学生信息道德培养 换成 A3 演示文稿设计与制作 就行：发“选点 A3 A5 B2”。"
    )


def test_a_returned_scope_binds_nobody(county):
    file_scope(county, "A1 A3 A5 A11 B2", state="returned")

    assert "注意" not in choose(county, "A5", "B2", "A9")


def test_a_new_version_binds_only_when_it_is_filed(county):
    file_scope(county, "A1 A3 A5 A11 B2")
    file_scope(county, "A1 A4 A9 A11 B2", state="handed_in")

    assert choose(county, "A9", "A4", "B2").startswith("没有选上")
    assert choose(county, "A3", "A5", "B2").startswith("选好了")


def test_what_changed_since_the_message_was_taken_in_is_seen(county):
    """The asker of a message may have been read before an earlier message of theirs was answered."""
    choose(county, "A5", "B2", "B9")
    early = county.turn(TEACHER, Command.CHOOSE, codes=("A5", "A6", "B9"))
    county.certify(TEACHER, "B2")

    assert perform(early).plain.splitlines()[0] == "没有选上：B2 微课程设计与制作 已经认证，不能换掉。"
    assert stored_choice(county) == {"A5", "B2", "B9"}


# ── 换点 ──


def test_one_point_is_changed(county):
    choose(county, "A5", "B2", "B9")

    assert county.ask(TEACHER, Command.SWAP, codes=("B9", "C2")).splitlines()[:2] == [
        "选好了：A5 技术支持的课堂导入、B2 微课程设计与制作、C2 创造真实学习情境。",
        "换下了：B9 自评与互评活动的组织。",
    ]
    assert stored_choice(county) == {"A5", "B2", "C2"}


@pytest.mark.parametrize(
    ("codes", "first", "second"),
    [
        (
            ("A6", "C2"),
            "没有换：A6 技术支持的课堂讲授 不在你选的点里。",
            "下一步：发“推荐选点”看可以怎么选。",
        ),
        (
            ("B9", "B2"),
            "没有换：B2 微课程设计与制作 你已经选了。",
            "把 B9 自评与互评活动的组织 换成 A3 演示文稿设计与制作 就行：发“换点 B9 A3”。",
        ),
    ],
)
def test_a_swap_that_cannot_be_is_refused(county, codes, first, second):
    choose(county, "A5", "B2", "B9")

    assert county.ask(TEACHER, Command.SWAP, codes=codes).splitlines() == [first, second, CURRENT]
    assert stored_choice(county) == {"A5", "B2", "B9"}


def test_with_the_old_point_only_what_fits_is_offered(county):
    choose(county, "A5", "A6", "B2")

    # all of A5, A6 and a third 学法指导 would be one dimension: only other dimensions are offered for B2
    assert county.ask(TEACHER, Command.SWAP, codes=("B2",)) == (
        "B2 微课程设计与制作 可以换成：\n"
        "1. A3 演示文稿设计与制作\n"
        "2. B9 自评与互评活动的组织\n"
        "3. C2 创造真实学习情境\n"
        "回复 1 到 3 就换（5 分钟内有效），或发“换点 B2 新编码”。"
    )
    assert county.ask(TEACHER, typed="2").startswith(
        "选好了：A5 技术支持的课堂导入、A6 技术支持的课堂讲授、B9 "
    )


def test_a_warning_about_another_point_is_no_reason_against_a_swap(county):
    choose(county, "A5", "A6", "B9")
    file_scope(county, "A1 A3 A5 A6 A11 B2", state="handed_in")  # B9 is outside, and not yet forbidden

    assert county.ask(TEACHER, Command.SWAP, codes=("A6",)).splitlines()[1] == "1. A3 演示文稿设计与制作"


def test_where_one_swap_is_not_enough_the_whole_choice_is_mended(county):
    choose(county, "A5", "A6", "B9")
    file_scope(county, "A1 A3 A5 A6 A11 B2")  # B9 is forbidden now

    assert county.ask(TEACHER, Command.SWAP, codes=("A6",)) == (
        "只换 A6 技术支持的课堂讲授 不够，别的点也要换。\n"
        "可以选 A3 演示文稿设计与制作、A5 技术支持的课堂导入、A11 评价量规设计与应用：发“选点 A3 A5 A11”。"
    )


def test_without_codes_the_form_is_shown(county):
    assert county.ask(TEACHER, Command.SWAP) == "你还没有选点，不用换。下一步：发“推荐选点”。"
    choose(county, "A5", "B2", "B9")
    assert (
        county.ask(TEACHER, Command.SWAP).splitlines()[0]
        == "换点要写两个编码，先旧后新，例如“换点 A5 新编码”。"
    )


# ── whatever is said ──

CODES = st.sampled_from(["A1", "A3", "A5", "A6", "A7", "A13", "A14", "B1", "B2", "B9", "C2", "C9"])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    orders=st.lists(
        st.one_of(
            st.tuples(st.just(Command.CHOOSE), st.lists(CODES, max_size=5)),
            st.tuples(st.just(Command.SWAP), st.lists(CODES, max_size=2)),
        ),
        max_size=6,
    ),
    certified=st.sampled_from([None, "A5", "B2"]),
    scope=st.sampled_from([None, "A1 A3 A5 A7 A11 B2"]),
)
def test_the_stored_choice_is_always_legal(county, orders, certified, scope):
    savepoint = county.connection.begin_nested()
    choose(county, "A5", "B2", "B9")
    if certified:
        county.certify(TEACHER, certified)
    if scope:
        file_scope(county, scope)
    for command, codes in orders:
        before = stored_choice(county)
        county.ask(TEACHER, command, codes=tuple(codes))
        after = stored_choice(county)

        assert len(after) == 3
        assert len(county.catalogue.dimensions(after)) >= 2
        assert certified is None or certified in after
        # a point from outside the filed scope can stay for a while, but nobody gets a new one
        assert scope is None or after == before or after <= {*scope.split(), certified}
    stored = county.connection.scalar(select(standing.c.chosen).where(standing.c.person_id == TEACHER))
    assert set(stored.split()) == stored_choice(county)
    savepoint.rollback()
