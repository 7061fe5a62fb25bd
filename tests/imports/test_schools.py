"""Importing schools."""

from bot.imports.running import State
from bot.imports.school_names import SchoolNames
from bot.policy.people import SchoolKind
from storage.schools import School

HEADER = ["学校名称", "学校编码", "学段", "上级单位", "简称", "参与排名"]


def test_schools_are_added_with_everything_the_file_says(office):
    outcome = office.run(
        "schools",
        [
            ["示例县学校一览"],
            HEADER,
            ["示例县第一小学", "X01", "小学", "", "一小", "是"],
            ["示例县教育局", "J01", "其他", "", "", "否"],
            ["示例县九年制学校", "N01", "九年一贯制", "示例县中心校", "", ""],
            ["合计", "", "3"],
        ],
    )

    assert outcome.state is State.APPLIED
    assert office.rows("school", "name", "code", "kind", "parent", "short_name", "ranked") == [
        ("示例县第一小学", "X01", "primary", "", "一小", True),
        ("示例县教育局", "J01", "other", "", "", False),
        ("示例县九年制学校", "N01", "nine_year", "示例县中心校", "", True),
    ]


def test_a_school_is_changed_by_name_and_a_missing_column_changes_nothing(county):
    outcome = county.run("schools", [["学校名称", "学段"], ["示例县第一小学", "九年一贯制"]])

    assert [(entry.who, entry.text) for entry in outcome.report.changed] == [
        ("示例县第一小学", "学段 小学 → 九年一贯制")
    ]
    assert [entry.who for entry in outcome.report.absent] == [
        "示例县第二高级中学",
        "示例县第二高级中学附属幼儿园",
    ]
    assert county.rows("school", "name", "code", "kind", "short_name")[0] == (
        "示例县第一小学",
        "X01",
        "nine_year",
        "一小",
    )
    assert len(county.rows("school", "id")) == 3


def test_a_known_code_with_a_new_name_is_a_renamed_school(county):
    outcome = county.run("schools", [HEADER[:3], ["示例县实验小学", "X01", "小学"]])

    assert outcome.report.changed[0].text == "名称 示例县第一小学 → 示例县实验小学"
    assert county.rows("school", "id", "name")[0] == (1, "示例县实验小学")


def test_a_code_of_another_school_is_suspicious(county):
    outcome = county.run(
        "schools", [HEADER[:3], ["示例县第一小学", "G02", "小学"], ["示例县第二高级中学", "G02b", "高中"]]
    )

    assert [(entry.row, entry.text) for entry in outcome.report.suspicious] == [
        (2, "学校编码已登记给示例县第二高级中学，没有导入")
    ]


def test_unknown_words_and_contradictions_are_faults(office):
    outcome = office.run(
        "schools",
        [
            HEADER[:3],
            ["示例县甲校", "1", "中学"],
            ["示例县乙校", "2", ""],
            ["示例县丙校", "3", "小学"],
            ["示例县丙校", "3", "小学"],
            ["示例县丙校", "3", "初中"],
            ["示例县丁校", "3", "小学"],
            ["", "", "小学"],
        ],
    )

    kinds = "请改为 幼儿园、小学、初中、高中、九年一贯制、完全中学、中职、特教、素质教育、其他 之一"
    assert outcome.state is State.REFUSED
    assert [(f.row, f.column, f.value, f.reason, f.cure) for f in outcome.report.faults] == [
        (2, "学段", "中学", "不认识的学段“中学”", kinds),
        (3, "学段", "", "缺少学段", kinds.replace("请改为", "请填")),
        (6, "学校名称", "示例县丙校", "与第 4 行是同一所学校，内容却不同", "请核对，只留正确的一行"),
        (7, "学校编码", "3", "与第 4 行的学校编码相同", "请核对，每所学校的编码应不同"),
        (8, "学校名称", "", "缺少学校名称", "请填学校名称，或删去这一行"),
    ]
    assert office.rows("school", "id") == []


def named(*names, county="示例县"):
    schools = [
        School(number, name, short, "", SchoolKind.OTHER, "", ranked=True)
        for number, (name, short) in enumerate(names, 1)
    ]
    return SchoolNames(schools, county)


def test_a_school_is_found_by_its_names_and_ordinary_abbreviations():
    names = named(
        ("开原市第二高级中学", ""),
        ("开原市第二高级中学附属幼儿园", ""),
        ("开原市民主小学", "民主"),
        county="开原市",
    )

    for written in (
        "开原市第二高级中学",
        "辽宁省开原市第二高级中学",
        "第二高级中学",
        "开原二高",
        "二高",
        "二高中",
        "开原市 第二高中",
        "铁岭市开原市第二高级中学",
    ):
        assert names.find(written) == 1, written
    for written in ("开原市第二高级中学附属幼儿园", "第二高级中学附属幼儿园"):
        assert names.find(written) == 2, written
    for written in ("民主", "民主小学", "开原民主小学", "开原民主", "开原市民主"):
        assert names.find(written) == 3, written
    for written in ("高中", "小学", "第二", "幼儿园", "附属幼儿园", "一高", "开原市", ""):
        assert names.find(written) is None, written


def test_a_name_of_two_schools_is_nobodys():
    names = named(("示例县第一中学", ""), ("第一中学", "县中"), ("示例县实验中学", "县中"))

    assert names.find("示例县第一中学") == 1
    assert names.find("第一中学") == 2
    assert names.find("一中") is None
    assert names.find("示例第一中学") is None
    assert names.find("县中") is None
    assert names.candidates("一中") == {1, 2}
