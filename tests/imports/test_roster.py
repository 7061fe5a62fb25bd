"""Importing the roster."""

import pytest
from sqlalchemy import select, update

from bot.imports.kinds import ImportRefused
from bot.imports.roster_plan import is_small_correction
from bot.imports.running import State
from storage import tables

HEADER = ["姓名", "人员编号", "学校"]


def texts(entries):
    return [(entry.row, entry.who, entry.text) for entry in entries]


def test_people_come_in_with_groups_roles_and_hashed_numbers(county):
    assert county.rows("person", "name", "staff_no", "state", "study_account", "mobile_tail", "subject") == [
        ("赵一", "T001", "active", "xy001", "1111", ""),
        ("钱二", "T002", "active", "xy002", "2222", ""),
        ("孙三", "T003", "active", "xy003", "", ""),
        ("李四", "T004", "active", None, "", ""),
    ]
    assert county.rows("teaching_group", "school_id", "name") == [(1, "语文组")]
    assert county.rows("role", "person_id", "role", "school_id", "group_id", "source", "ended_at") == [
        (2, "leader", 1, 1, "roster", None),
        (3, "principal", 2, None, "roster", None),
        (4, "principal", 3, None, "roster", None),
    ]
    assert county.rows("person_state_change", "person_id", "state", "school_id", "at") == [
        (number, "active", school, int(county.now.timestamp() * 1000))
        for number, school in ((1, 1), (2, 1), (3, 2), (4, 3))
    ]
    assert county.rows("standing", "person_id", "next_step", order="person_id") == [
        (1, "no_choice"), (2, "no_choice"), (3, "no_choice"), (4, "no_account"),
    ]  # fmt: skip


def test_the_same_roster_twice_changes_nothing(county):
    before = county.everything()
    outcome = county.run("roster", county.roster)

    assert (outcome.state, outcome.sentence) == (State.UNCHANGED, "没有变化，什么也没有改。")
    assert outcome.report.unchanged == 4
    assert county.everything() == before


def test_changes_are_shown_with_before_and_after_and_numbers_stay_masked(county):
    outcome = county.run(
        "roster",
        [
            [*HEADER, "教研组", "职务", "状态", "手机号", "学习账号"],
            ["赵一", "T001", "示例县第二高级中学", "数学组", "教研组长", "在册", "13900003333", "xy009"],
            ["钱二", "T002", "一小", "语文组", "教师", "退休", "", ""],
        ],
    )

    assert texts(outcome.report.changed) == [
        (
            2,
            "赵一（示例县第二高级中学）",
            (
                "学校 示例县第一小学 → 示例县第二高级中学；教研组 语文组 → 数学组；"
                "手机号 ****1111 → ****3333；学习账号更换；职务 增加 教研组长"
            ),
        ),
        (3, "钱二（示例县第一小学）", "状态 在册 → 退休；职务 取消 教研组长"),
    ]
    assert county.rows("person", "name", "school_id", "state", "study_account", "mobile_tail")[:2] == [
        ("赵一", 2, "active", "xy009", "3333"),
        ("钱二", 1, "retired", "xy002", "2222"),  # what the file leaves blank is not erased
    ]
    assert county.rows("person_state_change", "person_id", "state", "school_id")[4:] == [
        (2, "retired", 1),
        (1, "active", 2),
    ]
    assert [row for row in county.rows("role", "person_id", "role", "group_id", "ended_at") if row[3] is None] == [
        (3, "principal", None, None), (4, "principal", None, None), (1, "leader", 2, None),
    ]  # fmt: skip
    assert county.rows("standing", "person_id", "school_id", "active", order="person_id")[:2] == [
        (1, 2, True),
        (2, 1, False),
    ]


def test_the_audit_has_what_changed_and_no_identifiers(county):
    county.run("roster", [[*HEADER, "手机号", "状态"], ["赵一", "T001", "一小", "13900003333", "暂缓"]])

    assert county.rows("audit", "actor", "action", "person_id", "detail")[-2:] == [
        ("operator", "import roster", 1, {"import": 3, "state": ["在册", "暂缓"], "mobile": True}),
        (
            "operator", "import roster", None,
            {"import": 3, "file": "roster.xlsx", "as_of": None, "rows": 1, "added": 0, "changed": 1, "unchanged": 0,
             "refreshed": 0, "unmatched": 0, "suspicious": 0, "absent": 1, "faults": 0, "skipped": 0},
        ),
    ]  # fmt: skip
    added = [detail for _, detail in county.rows("audit", "action", "detail") if "added" in detail]
    assert {"import": 2, "added": [1, 2, 3, 4]} in added


def test_who_is_missing_from_a_new_roster_stays_and_is_listed_for_the_schools_of_the_file(county):
    outcome = county.run("roster", [HEADER, ["赵一", "T001", "一小"], ["周五", "T005", "一小"]])

    assert [entry.who for entry in outcome.report.absent] == ["钱二（示例县第一小学）"]
    assert len(county.rows("person", "id")) == 5


def test_an_unknown_school_is_a_fault_with_suggestions(county):
    outcome = county.run("roster", [HEADER, ["周五", "T005", "示例县第三小学"]])

    fault = outcome.report.faults[0]
    assert (fault.row, fault.column, fault.value, fault.reason) == (
        2,
        "学校",
        "示例县第三小学",
        "学校表里没有这所学校",
    )
    assert fault.cure == (
        "是不是：示例县第一小学、示例县第二高级中学？请改正，或先导入学校（python -m bot import schools 文件）"
    )


def test_schools_come_before_people(office):
    with pytest.raises(ImportRefused, match="系统里还没有学校，请先导入学校"):
        office.run("roster", office.roster)


def test_another_name_under_a_known_number_is_left_out_until_forced(county):
    file = [HEADER, ["王五", "T001", "一小"]]
    outcome = county.run("roster", file)

    assert outcome.state is State.UNCHANGED
    assert [(entry.row, entry.who, entry.text, entry.cure) for entry in outcome.report.suspicious] == [
        (
            2,
            "王五（示例县第一小学）",
            "系统里这个人员编号是“赵一”，姓名不同，没有导入",
            "请核对编号；确是同一个人改了名字，加 --force",
        )
    ]
    assert county.run("roster", file, force=True).report.changed[0].text == "姓名 赵一 → 王五"


def test_one_wrong_character_in_a_longer_name_is_a_correction():
    assert is_small_correction("张晓丽", "张小丽")
    assert not is_small_correction("王伟", "王芳")
    assert not is_small_correction("张晓丽", "李小丽")
    assert not is_small_correction("张晓丽", "张晓")


def test_identity_and_mobile_numbers_are_never_stored(county):
    county.run(
        "roster",
        [
            ["姓名", "身份证号(手机号)", "学校", "学习账号"],
            ["周五", "110105194912310021", "一小", "13700004444"],
            ["吴六", "13700005555", "一小", ""],
        ],
    )

    stored = str(county.everything())
    for number in ("110105194912310021", "13700004444", "13700005555", "13800001111"):
        assert number not in stored
    assert [tail for _, tail in county.rows("person", "name", "staff_no_tail")][4:] == ["0021", "5555"]
    assert county.rows("person", "staff_no")[4][0].startswith("hmac:")


def test_numbers_that_need_a_key_are_refused_without_one_and_other_rosters_are_not(office):
    office.run("schools", [["学校名称", "学段"], ["示例县第一小学", "小学"]])
    office.key = None
    office.run("roster", [HEADER, ["赵一", "T001", "第一小学"]])

    with pytest.raises(ImportRefused) as caught:
        office.run("roster", office.roster)
    assert str(caught.value) == (
        "文件里有身份证号或手机号，要加密后才能登记：请先设置 BOT_SECRET_KEY（至少 32 个字符）。"
    )


def test_another_key_than_the_first_one_is_refused(county):
    county.key = "another secret key, also more than thirty-two characters"

    with pytest.raises(
        ImportRefused, match="BOT_SECRET_KEY 与这个数据库登记时用的不同，请换回原来的密钥再试。"
    ):
        county.run("roster", county.roster)


def test_a_leader_without_a_group_is_no_leader(county):
    outcome = county.run("roster", [[*HEADER, "教研组", "职务"], ["周五", "T005", "一小", "", "组长、校长"]])

    assert texts(outcome.report.suspicious) == [
        (2, "周五（示例县第一小学）", "是教研组长，却没有写教研组，没有登记为组长")
    ]
    assert county.rows("role", "person_id", "role")[-1] == (5, "principal")


def test_offices_and_the_leading_group_have_the_whole_county(county):
    county.run("roster", [[*HEADER, "职务/角色"], ["周五", "T005", "一小", "项目办、领导小组"]])

    assert county.rows("role", "role", "school_id", "group_id")[-2:] == [
        ("office", None, None),
        ("oversight", None, None),
    ]


def test_granted_roles_survive_the_roster_and_a_leaver_with_one_is_named(county):
    with county.database.writing() as connection:
        connection.execute(
            tables.role.insert().values(person_id=1, role="office", source="grant", granted_at=1)
        )
    outcome = county.run("roster", [[*HEADER, "职务", "状态"], ["赵一", "T001", "一小", "", "调出"]])

    assert texts(outcome.report.suspicious) == [
        (2, "赵一（示例县第一小学）", "已不在岗，但仍有人工授予的权限：项目办")
    ]
    assert ("office", "grant", None) in county.rows("role", "role", "source", "ended_at")


def test_a_transfer_without_a_role_column_leaves_school_roles_behind(county):
    county.run("roster", [HEADER, ["钱二", "T002", "示例县第二高级中学"]])

    leader = [row for row in county.rows("role", "person_id", "role", "ended_at") if row[0] == 2]
    assert leader == [(2, "leader", int(county.now.timestamp() * 1000))]
    assert county.rows("person", "school_id", "group_id")[1] == (2, None)


def test_chat_accounts_are_bound_once_and_never_taken_from_somebody(county):
    header = [*HEADER, "企业微信账号", "钉钉账号"]
    county.run("roster", [header, ["赵一", "T001", "一小", "ZhaoYi", "d1"]])
    assert county.rows("account", "platform", "folded", "verbatim", "person_id", "source") == [
        ("wecom", "zhaoyi", "ZhaoYi", 1, "roster"),
        ("dingtalk", "d1", "d1", 1, "roster"),
    ]

    outcome = county.run("roster", [header, ["钱二", "T002", "一小", "zhaoyi", "d2"]])
    assert texts(outcome.report.suspicious) == [
        (2, "钱二（示例县第一小学）", "企业微信账号已绑定在另一个人名下，没有绑定，其余照常导入")
    ]
    assert county.rows("account", "folded", "person_id") == [("zhaoyi", 1), ("d1", 1), ("d2", 2)]


def test_accounts_may_change_hands_within_one_file(county):
    header = [*HEADER, "企业微信账号", "学习账号"]
    county.run(
        "roster", [header, ["赵一", "T001", "一小", "a", "xy001"], ["钱二", "T002", "一小", "b", "xy002"]]
    )
    outcome = county.run(
        "roster", [header, ["赵一", "T001", "一小", "b", "xy002"], ["钱二", "T002", "一小", "a", "xy001"]]
    )

    assert outcome.report.suspicious == ()
    assert sorted(county.rows("account", "folded", "person_id")) == [("a", 2), ("b", 1)]
    assert county.rows("person", "name", "study_account")[:2] == [("赵一", "xy002"), ("钱二", "xy001")]


def test_an_account_bound_by_code_after_the_preview_stays_with_its_person(county):
    def bind_meanwhile(_report):
        with county.database.writing() as connection:
            connection.execute(
                tables.account.insert().values(
                    platform="wecom", folded="z", verbatim="z", person_id=2, source="code", bound_at=1
                )
            )
        return True

    county.run(
        "roster",
        [[*HEADER, "企业微信账号"], ["赵一", "T001", "一小", "z"]],
        yes=False,
        confirm=bind_meanwhile,
    )
    assert county.rows("account", "folded", "person_id", "source") == [("z", 2, "code")]


def test_a_study_account_of_somebody_else_is_not_taken(county):
    outcome = county.run(
        "roster", [[*HEADER, "学习账号"], ["李四", "T004", "示例县第二高级中学附属幼儿园", "xy001"]]
    )

    assert texts(outcome.report.suspicious) == [
        (
            2,
            "李四（示例县第二高级中学附属幼儿园）",
            "学习账号已登记给赵一（示例县第一小学），没有更改，其余照常导入",
        )
    ]


def test_contradictions_within_the_file_are_faults_and_repetitions_are_not(county):
    outcome = county.run(
        "roster",
        [
            [*HEADER, "学科", "学习账号"],
            ["周五", "T005", "一小", "语文", "xy005"],
            ["周五", "T005", "一小", "语文", "xy005"],
            ["周五", "T005", "一小", "数学", "xy005"],
            ["吴六", "T006", "一小", "语文", "xy005"],
        ],
    )

    assert outcome.state is State.REFUSED
    assert [(fault.row, fault.column, fault.reason) for fault in outcome.report.faults] == [
        (4, "人员编号", "与第 2 行是同一个人员编号，内容却不同"),
        (5, "学习账号", "与第 2 行的人用了同一个账号"),
    ]
    assert [(why.value, count) for why, count in outcome.report.skipped] == [("重复的行", 1)]


def test_bad_rows_refuse_the_file_and_may_be_skipped(county):
    file = [HEADER, ["周五", "T005", "一小"], ["吴六", 211282199001011234, "一小"], ["", "T007", "一小"]]
    before = county.everything()

    refused = county.run("roster", file)
    assert (refused.state, refused.exit_code) == (State.REFUSED, 1)
    assert refused.sentence == (
        "有 2 处读不懂，整个文件都没有导入。请改正后再导入，或加 --skip-bad 略过这些行。"
    )
    assert [(fault.row, fault.column) for fault in refused.report.faults] == [(3, "人员编号"), (4, "姓名")]
    assert county.everything() == before

    assert county.run("roster", file, skip_bad=True).state is State.APPLIED
    assert county.rows("person", "name")[4:] == [("周五",)]


def test_namesakes_in_one_school_are_remarked(county):
    outcome = county.run("roster", [HEADER, ["周五", "T005", "一小"], ["周五", "T006", "一小"]])

    assert outcome.report.notes == (
        "同校重名：周五（示例县第一小学）。以后导入学时，请带上人员编号、学习账号或手机号。",
    )


def test_people_in_a_vanished_group_keep_their_history(county):
    county.run("roster", [[*HEADER, "教研组"], ["赵一", "T001", "一小", ""]])

    with county.database.reading() as connection:
        assert connection.scalar(select(tables.person.c.group_id).where(tables.person.c.id == 1)) is None
    assert county.rows("teaching_group", "name") == [("语文组",)]


def test_somebody_who_came_back_is_active_again(county):
    with county.database.writing() as connection:
        connection.execute(update(tables.person).where(tables.person.c.id == 1).values(state="transferred"))
    outcome = county.run("roster", [[*HEADER, "状态"], ["赵一", "T001", "一小", ""]])

    assert outcome.report.changed[0].text == "状态 调出 → 在册"
