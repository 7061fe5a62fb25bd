"""The plan file."""

from datetime import date, time

import pytest

from bot.plan_file import PlanFault, load_plan
from bot.policy.plan import Day, Job, LatePolicy, PracticeSource, RankingMode

OTHER_STAGES = """
[[stages]]
number = 1
name = "一"
first = 2025-03-01
last = 2025-04-30
[[stages]]
number = 2
name = "二"
first = 2025-05-01
last = 2025-06-30
"""


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "plan.toml"
        path.write_text(text, encoding)
        return path

    return write


@pytest.fixture
def faults(written):
    def read(text):
        with pytest.raises(PlanFault) as caught:
            load_plan(written(text))
        return caught.value.faults

    return read


def test_the_built_in_plan_is_the_countys():
    plan = load_plan()

    need = plan.requirement
    assert (need.online, need.practice, need.together, need.points, need.dimensions) == (
        2500,
        2500,
        5000,
        3,
        2,
    )
    assert (plan.practice.source, plan.practice.grants) == (PracticeSource.CERTIFICATION, (800, 800, 900))
    assert [(stage.first, stage.last) for stage in plan.stages] == [
        (date(2024, 3, 1), date(2024, 3, 17)),
        (date(2024, 3, 18), date(2024, 5, 30)),
        (date(2024, 6, 1), date(2024, 6, 30)),
    ]
    days = plan.deadlines
    assert (days.soft, days.grace) == (date(2024, 5, 30), date(2024, 5, 31))
    assert (days.hard, days.summary) == (date(2024, 6, 30), date(2024, 6, 14))
    assert days.late is LatePolicy.MARK
    assert (plan.ranking_mode, plan.ranking_stale_after_days) == (RankingMode.RANKED, 7)
    assert (plan.excellent_percent, plan.review.warn_percent, plan.confirm_minutes) == (60, 50, 5)
    assert (plan.binding.code_days, plan.binding.wrong_tries, plan.binding.lock_hours) == (7, 5, 24)
    assert (plan.quiet.start, plan.quiet.end) == (time(20), time(7))
    assert plan.jobs[0] == Job(
        name="daily-ranking", on=True, at=time(18), days=(Day.WORKDAYS,), until=time(20)
    )


def test_what_a_file_leaves_out_is_the_built_in_plans(written):
    plan = load_plan(written('[ranking]\nmode = "progress"\n[jobs.reminders]\non = false\n'))

    assert (plan.ranking_mode, plan.ranking_stale_after_days) == (RankingMode.PROGRESS, 7)
    assert [job.name for job in plan.jobs if not job.on] == ["reminders", "link-check"]
    assert plan.requirement == load_plan().requirement


def test_an_empty_file_is_the_built_in_plan(written):
    assert load_plan(written("")) == load_plan()


def test_a_file_saved_by_notepad_is_read(written):
    plan = load_plan(written('[programme]\ncounty = "示例县"\n', encoding="utf-8-sig"))

    assert plan.county == "示例县"


def test_hours_are_exact_to_the_hundredth(written):
    plan = load_plan(
        written("[requirement]\nonline = 18.5\npractice = 24.99\n[practice]\ngrants = [8.33, 8.33, 8.33]")
    )

    # 3 × 8.33 = 24.99, which floats would miss
    assert (plan.requirement.online, plan.requirement.practice) == (1850, 2499)
    assert plan.practice.grants == (833, 833, 833)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[requirement]\nonline = 8.333", "requirement.online: 8.333 的小数太多，学时最多两位小数"),
        ('[requirement]\nonline = "25"', "requirement.online: 应为学时数，例如 25 或 8.33，不加引号"),
        ("[requirement]\nonline = true", "requirement.online: 应为学时数，例如 25 或 8.33，不加引号"),
        ("[requirement]\nonline = nan", "requirement.online: 应为学时数，例如 25 或 8.33"),
        ("[requirement]\nonline = -1", "requirement.online: -1 学时不合理，应大于 0、不超过 10000"),
        ("[requirement]\nonline = 1e9", "requirement.online: 1E+9 学时不合理，应大于 0、不超过 10000"),
        ("[requirement]\npoints = 3.0", "requirement.points: 应为整数，例如 3，不加引号"),
        ("[practice]\ngrants = 25", "practice.grants: 应为列表，写在方括号里"),
        ("[practice]\ngrants = []", "practice.grants: 列表里至少要有 1 个"),
        ('[practice]\ngrants = [8, "8", 9]', "practice.grants[2]: 应为学时数，例如 25 或 8.33，不加引号"),
        ('[practice]\nsource = "台账"', "practice.source: 应为 certification、imported 之一"),
        ('[deadline]\nhard = "2024-06-30"', "deadline.hard: 应为日期，例如 2024-05-30，不加引号"),
        ("[deadline]\nhard = 2024-06-30T18:00:00", "deadline.hard: 应为日期，例如 2024-05-30，不加引号"),
        ("[review]\nexcellent_percent = 101", "review.excellent_percent: 101 太大，最大是 100"),
        ("[review]\nwarn_percent = -1", "review.warn_percent: -1 太小，最小是 0"),
        ('[programme]\nname = ""', "programme.name: 不能为空"),
        ("[programme]\nname = 3", "programme.name: 应为文字，用双引号括起来"),
        ("[quiet]\nstart = 20", "quiet.start: 应为时刻，例如 18:00:00，不加引号"),
        ("[jobs.backup]\non = 1", "jobs.backup.on: 应为 true 或 false"),
        (
            '[jobs.backup]\ndays = ["周日", "周八"]',
            "jobs.backup.days[2]: 应为 周一、周二、周三、周四、周五、周六、周日、工作日、每天 之一",
        ),
        ("[jobs]\nbackup = 3", "jobs.backup: 应为一节，写成 [jobs.backup]"),
        ("ranking = 3", "ranking: 应为一节，写成 [ranking]"),
        ("stages = 3", "stages: 应为几段，每段写成 [[stages]]"),
        ("[ranking]\nmod = 3", "ranking.mod: 没有这一项，是不是 ranking.mode？"),
        ("[rankings]\nmode = 3", "rankings: 没有这一项，是不是 ranking？"),
        ("[deadline]\nmode = 3", "deadline.mode: 没有这一项，是不是 ranking.mode？"),
        ("[jobs.daily-rankin]\non = true", "jobs.daily-rankin: 没有这一项，是不是 jobs.daily-ranking？"),
        ("[jobs.backup]\natt = 3", "jobs.backup.att: 没有这一项，是不是 jobs.backup.at？"),
        ("xyzzy = 1", "xyzzy: 没有这一项，请检查拼写"),
    ],
)
def test_each_fault_names_its_key_and_what_to_write(faults, text, fault):
    assert faults(text) == (fault,)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "[deadline]\nhard = 2024-05-01\nsummary = 2024-04-30",
            ("deadline.hard: 2024-05-01 在 deadline.soft 之前，请改成更晚的日期",),
        ),
        (
            "[deadline]\nhard = 2024-05-30",
            ("deadline.hard: 2024-05-30 在 deadline.grace 之前，请改成更晚的日期",),
        ),
        (
            "[deadline]\nsummary = 2024-07-01",
            ("deadline.summary: 2024-07-01 在 deadline.hard 之后，请改成更早的日期",),
        ),
        (
            "[deadline]\nsoft = 2024-02-01\nsummary = 2024-02-02",
            (
                "deadline.soft: 2024-02-01 在第一阶段开始之前，请改成更晚的日期",
                "deadline.summary: 2024-02-02 在第一阶段开始之前，请改成更晚的日期",
            ),
        ),
        (
            "[deadline]\ngrace = 2024-05-29",
            (
                "stages[3].first: 2024-06-01 与前一阶段之间有空档，应为 2024-05-31",
                "deadline.grace: 2024-05-29 在 deadline.soft 之前，请改成更晚的日期",
            ),
        ),
        (
            "[requirement]\npractice = 30",
            ("practice.grants: 加起来是 25 学时，应与 requirement.practice 的 30 学时相等",),
        ),
        (
            "[practice]\ngrants = [6, 6, 6, 7]",
            ("practice.grants: 写了 4 个点的学时，requirement.points 只要求 3 个点，多出来的拿不到",),
        ),
        (
            "[choice]\npoints = 2",
            ("choice.points: 2 小于 requirement.points 的 3，这样没有人能合格，请改大",),
        ),
        (
            "[choice]\ndimensions = 4",
            ("choice.dimensions: 3 个点不可能覆盖 4 个维度，请改小",),
        ),
        (
            "[jobs.daily-ranking]\nat = 20:30:00",
            ("jobs.daily-ranking.until: 20:00:00 不在 jobs.daily-ranking.at 之后，请改成更晚的时刻",),
        ),
        ("[quiet]\nend = 20:00:00", ("quiet.end: 与 quiet.start 相同，请改成早上的时刻",)),
    ],
)
def test_what_does_not_fit_together_is_named(faults, text, found):
    assert faults(text) == found


def test_imported_hours_need_no_grants_that_add_up(written):
    plan = load_plan(written('[requirement]\npractice = 30\n[practice]\nsource = "imported"'))

    assert plan.requirement.practice == 3000


def test_stages_need_a_number_in_order_and_no_gap(faults):
    text = OTHER_STAGES.replace("number = 2", "number = 3").replace(
        "first = 2025-05-01", "first = 2025-05-02"
    )

    found = faults(
        f"{text}[deadline]\nsoft=2025-05-01\ngrace=2025-06-01\nhard=2025-06-30\nsummary=2025-06-14"
    )

    assert found == (
        "stages[2].number: 应按顺序写成 2",
        "stages[2].first: 2025-05-02 与前一阶段之间有空档，应为 2025-05-01",
    )


def test_stages_may_follow_each_other_without_a_day_of_grace(written):
    days = "[deadline]\nsoft=2025-04-30\ngrace=2025-04-30\nhard=2025-06-30\nsummary=2025-06-14"

    assert len(load_plan(written(OTHER_STAGES + days)).stages) == 2


def test_a_stage_that_overlaps_or_ends_before_it_begins_is_named(faults):
    text = OTHER_STAGES.replace("first = 2025-05-01", "first = 2025-04-30").replace(
        "last = 2025-06-30", "last = 2025-04-01"
    )

    assert faults(
        f"{text}[deadline]\nsoft=2025-04-30\ngrace=2025-04-30\nhard=2025-06-30\nsummary=2025-06-14"
    ) == (
        "stages[2].last: 2025-04-01 在 stages[2].first 之前，请改成更晚的日期",
        "stages[2].first: 2025-04-30 与前一阶段重叠，应为 2025-05-01",
    )


def test_every_fault_is_found_at_once(faults):
    found = faults(
        """
        [requirment]
        online = 3
        [requirement]
        practice = "25"
        [deadline]
        hard = 2024-05-01
        late = "maybe"
        [[stages]]
        number = 7
        first = 2024-03-01
        last = 2024-03-17
        """
    )

    # Nothing is said of practice.grants, stages[1].number: what they are held against is wrong itself.
    assert found == (
        "requirment: 没有这一项，是不是 requirement？",
        "requirement.practice: 应为学时数，例如 25 或 8.33，不加引号",
        "stages[1].name: 缺少这一项",
        "deadline.late: 应为 mark、refuse 之一",
        "deadline.hard: 2024-05-01 在 deadline.soft 之前，请改成更晚的日期",
    )


def test_a_slip_of_the_pen_is_located(faults, tmp_path):
    assert faults("[ranking]\nmode = ranked\n") == (
        f"{tmp_path / 'plan.toml'}: 第 2 行第 8 个字附近写法有误，请检查引号、等号和方括号",
    )
    assert faults("[ranking") == (f"{tmp_path / 'plan.toml'}: 文件末尾写法有误，请检查引号、等号和方括号",)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(PlanFault, match="找不到这个文件"):
        load_plan(tmp_path / "none.toml")
    with pytest.raises(PlanFault, match="打不开这个文件"):
        load_plan(tmp_path)


def test_a_file_in_another_encoding_is_refused(written):
    path = written('[programme]\ncounty = "示例县"\n', encoding="gb18030")

    with pytest.raises(PlanFault, match="UTF-8"):
        load_plan(path)


@pytest.mark.parametrize(
    "text",
    [
        "[requirement]\nonline = 24",
        '[practice]\nsource = "imported"',
        "[deadline]\nsummary = 2024-06-15",
        "[review]\nexcellent_percent = 50",
    ],
)
def test_the_version_follows_what_judges_people(written, text):
    assert load_plan(written(text)).version != load_plan().version


@pytest.mark.parametrize(
    "text",
    ['[programme]\noffice = "示例项目办"', "[conversation]\nconfirm_minutes = 3", '[ranking]\nmode = "off"'],
)
def test_the_version_is_not_moved_by_anything_else(written, text):
    assert load_plan(written(text)).version == load_plan().version


def test_the_version_fits_its_column():
    assert len(load_plan().version) <= 16
