"""Whatever order people hand in, withdraw, decide, reopen and change their points in: every figure agrees."""

from collections import Counter
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from messages.commands import Command
from storage import standings
from storage.submissions import events_of, of_author, versions_of
from storage.tables import account, audit, certification, practice_entry, standing
from storage.work_tables import evidence
from tests.handlers.conftest import ADMIN, LEADER, NEWCOMER, OFFICE, TEACHER, County, account_of, settle

AUTHORS = (TEACHER, LEADER, NEWCOMER)
REVIEWERS = (TEACHER, LEADER, ADMIN, OFFICE)
CODES = ("A1", "A5", "B2", "B9", "C4")
GRANTS = {0: 0, 1: 800, 2: 1600, 3: 2500}
EXAMPLES, STEPS, FEWEST = 45, 50, 2_000
EXCELLENT_PERCENT = 15  # of six people with three planned certifications each: two 优秀, soon used up


@dataclass
class Paper:
    """What the model knows of one submission."""

    author: int
    code: str
    state: str = "waiting"
    version: int = 1
    overdue: bool = False
    admitted: bool = False

    @property
    def held(self) -> bool:
        return self.state == "waiting" and self.overdue and not self.admitted


@dataclass
class Model:
    """The rules, told once more and in another way."""

    chosen: dict[int, set[str]] = field(default_factory=dict)
    papers: dict[int, Paper] = field(default_factory=dict)
    certified: dict[int, list[str]] = field(default_factory=lambda: {who: [] for who in AUTHORS})

    def open(self, author: int, code: str) -> Paper | None:
        mine = [p for p in self.papers.values() if (p.author, p.code) == (author, code)]
        return next((p for p in mine if p.state != "withdrawn"), None)

    def may_decide(self, actor: int, paper: Paper) -> bool:
        if actor == paper.author or paper.state != "waiting" or paper.held:
            return False
        return actor in {ADMIN, OFFICE} or (actor == LEADER and paper.author == TEACHER)

    @property
    def excellent(self) -> int:
        return sum(paper.state == "excellent" for paper in self.papers.values())


class EvidenceMachine(RuleBasedStateMachine):
    """Speaks through the handlers as people do; `database`, `plan` and `catalogue` are set by the test."""

    database = plan = catalogue = None
    steps: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.connection = self.database.engine.connect()
        self.transaction = self.connection.begin()
        settle(self.connection, self.plan, self.catalogue)
        self.connection.execute(
            account.insert().values(
                platform="wecom",
                folded=account_of(NEWCOMER).lower(),
                verbatim=account_of(NEWCOMER),
                person_id=NEWCOMER,
                source="code",
                bound_at=1,
            )
        )
        self.county = County(self.connection, self.plan, self.catalogue)
        self.links = 0
        self.asked = self.checked = 0
        self.heard: dict[int, object] = {}  # the standing that 我的学时 was asked about last
        self.quota = EXCELLENT_PERCENT * 6 * 3 // 100

    def teardown(self) -> None:
        self.transaction.rollback()
        self.connection.close()

    def ask(self, who: int, command: Command, **arguments: object) -> str:
        self.asked += 1
        return self.county.ask(who, command, **arguments)

    @initialize()
    def everybody_chooses(self) -> None:
        for who in AUTHORS:
            self.ask(who, Command.CHOOSE, codes=("A1", "A5", "B2"))
            self.model.chosen[who] = {"A1", "A5", "B2"}

    @rule(who=st.sampled_from(AUTHORS), place=st.integers(0, 5))
    def hand_in(self, who: int, place: int) -> None:
        chosen = sorted(self.model.chosen[who])
        code = chosen[place] if place < 3 else next(one for one in CODES if one not in chosen)
        self.links += 1
        link = f"https://files.example.com/{self.links}"
        said = self.ask(who, Command.SUBMIT, codes=(code,), links=(link,), typed=f"提交 {code} {link}")
        paper = self.model.open(who, code)
        overdue = self.county.now.date() > self.plan.deadlines.hard
        if code not in self.model.chosen[who] or (paper and paper.state in {"passed", "excellent"}):
            return
        if paper is None:
            new = set(self._stored()) - set(self.model.papers)
            assert len(new) == 1, said
            self.model.papers[new.pop()] = Paper(who, code, overdue=overdue)
            return
        paper.state, paper.version, paper.overdue = "waiting", paper.version + 1, overdue

    @rule(who=st.sampled_from(AUTHORS), pick=st.integers(0, 30), stray=st.booleans())
    def withdraw(self, who: int, pick: int, *, stray: bool) -> None:
        number, paper = self._pick(pick, "waiting", stray=stray)
        if paper is None:
            return
        self.ask(who, Command.WITHDRAW, numbers=(number,), typed=f"撤回 编号{number}")
        if paper.author == who and paper.state == "waiting":
            paper.state = "withdrawn"

    @rule(
        who=st.sampled_from(REVIEWERS),
        pick=st.integers(0, 30),
        stray=st.booleans(),
        grade=st.sampled_from(["", "优秀"]),
    )
    def approve(self, who: int, pick: int, grade: str, *, stray: bool) -> None:
        number, paper = self._pick(pick, "waiting", stray=stray)
        if paper is None:
            return
        self.ask(who, Command.APPROVE, numbers=(number,), grade=grade, typed=f"通过 编号{number} {grade}")
        if not self.model.may_decide(who, paper):
            return
        if grade and self.model.excellent >= self.quota:
            return
        paper.state = "excellent" if grade else "passed"
        self.model.certified[paper.author].append(paper.code)

    @rule(who=st.sampled_from(REVIEWERS), pick=st.integers(0, 30), stray=st.booleans())
    def send_back(self, who: int, pick: int, *, stray: bool) -> None:
        number, paper = self._pick(pick, "waiting", stray=stray)
        if paper is None:
            return
        self.ask(
            who,
            Command.SEND_BACK,
            numbers=(number,),
            reason="缺学生体会",
            typed=f"退回 编号{number} 缺学生体会",
        )
        if self.model.may_decide(who, paper):
            paper.state = "returned"

    @rule(who=st.sampled_from([OFFICE, OFFICE, ADMIN]), pick=st.integers(0, 30), stray=st.booleans())
    def reopen(self, who: int, pick: int, *, stray: bool) -> None:
        number, paper = self._pick(pick, "passed excellent returned", stray=stray)
        if paper is None:
            return
        self.ask(who, Command.REOPEN, numbers=(number,), reason="再看一遍", typed=f"重开 {number} 再看一遍")
        if who != OFFICE or not (paper.held or paper.state in {"passed", "excellent", "returned"}):
            return
        if paper.state in {"passed", "excellent"}:
            self.model.certified[paper.author].remove(paper.code)
        paper.state, paper.admitted = "waiting", True

    @rule(
        who=st.sampled_from(AUTHORS),
        old=st.sampled_from(CODES),
        new=st.sampled_from(CODES),
        confirms=st.booleans(),
    )
    def change_point(self, who: int, old: str, new: str, *, confirms: bool) -> None:
        self.ask(who, Command.SWAP, codes=(old, new), typed=f"换点 {old} {new}")
        chosen = self.model.chosen[who]
        if old not in chosen or new in chosen or old in self.model.certified[who]:
            return
        after = (chosen - {old}) | {new}
        if len(self.catalogue.dimensions(after)) < 2:
            return
        paper = self.model.open(who, old)
        if paper is not None:
            if not confirms:
                self.ask(who, Command.CANCEL)
                return
            self.ask(who, Command.CONFIRM)
            paper.state = "withdrawn"
        self.model.chosen[who] = after

    @rule(days=st.sampled_from([0, 0, 1, 1, 3, 12]))
    def time_passes(self, days: int) -> None:
        self.county.later(days=days, minutes=7)

    @invariant()
    def every_figure_agrees(self) -> None:
        self.steps["all"] += 1
        self.steps["quota used up"] += self.model.excellent == self.quota
        if self.asked == self.checked:
            return  # nobody has said anything since, and nobody else writes: what was true is true
        self.checked = self.asked
        self.what_is_stored_is_what_the_rules_say()
        self.nothing_that_was_handed_in_is_ever_lost()
        self.chat_and_standing_and_ledger_and_certifications_agree()
        self.the_quota_is_kept_and_nobody_has_decided_about_themselves()
        self.every_step_is_in_the_audit_log()

    def what_is_stored_is_what_the_rules_say(self) -> None:
        stored = self._stored()
        assert {
            number: (row.person_id, row.code, row.state, row.version) for number, row in stored.items()
        } == {
            number: (paper.author, paper.code, paper.state, paper.version)
            for number, paper in self.model.papers.items()
        }

    def nothing_that_was_handed_in_is_ever_lost(self) -> None:
        for number, paper in self.model.papers.items():
            versions = versions_of(self.connection, number)
            assert [one.version for one in versions] == list(range(1, paper.version + 1))
            assert all(one.links for one in versions)
            assert events_of(self.connection, number)

    def chat_and_standing_and_ledger_and_certifications_agree(self) -> None:
        assert standings.differences(self.connection, self.plan, self.catalogue) == ()
        active: dict[int, list[str]] = {who: [] for who in AUTHORS}
        for who, code in self.connection.execute(
            select(certification.c.person_id, certification.c.code).where(certification.c.ended_at.is_(None))
        ):
            active[who].append(code)
        sums = select(practice_entry.c.person_id, func.sum(practice_entry.c.practice_hours)).group_by(
            practice_entry.c.person_id
        )
        ledger = dict(self.connection.execute(sums).all())
        rows = self.connection.execute(select(standing).where(standing.c.person_id.in_(AUTHORS)))
        found = {row.person_id: row for row in rows}
        for who in AUTHORS:
            certified, row = self.model.certified[who], found[who]
            hours = GRANTS[min(len(certified), 3)]
            assert sorted(active[who]) == sorted(certified)
            kept = (ledger.get(who, 0), row.practice_hours, len(row.certified.split()))
            assert kept == (hours, hours, len(certified))
            if row != self.heard.get(who):
                assert f"实践 {hours // 100} 学时" in self.county.ask(who, Command.MY_HOURS)
                self.heard[who] = row

    def the_quota_is_kept_and_nobody_has_decided_about_themselves(self) -> None:
        assert self.model.excellent <= self.quota
        for who in AUTHORS:
            for paper in of_author(self.connection, who):
                assert paper.decided_by != who
                decided = [e for e in events_of(self.connection, paper.number) if e.kind in {"passed", "excellent", "returned", "reopened"}]  # fmt: skip
                assert who not in {event.actor_id for event in decided}

    def every_step_is_in_the_audit_log(self) -> None:
        events = sum(len(events_of(self.connection, number)) for number in self.model.papers)
        logged = self.connection.scalar(
            select(func.count()).select_from(audit).where(audit.c.action.like("evidence.%"))
        )
        assert logged >= events

    def _stored(self) -> dict[int, object]:
        return {row.number: row for row in self.connection.execute(select(evidence))}

    def _pick(self, pick: int, states: str, *, stray: bool) -> tuple[int, Paper | None]:
        """One of those in these states, or any that was ever handed in."""
        numbers = sorted(
            number for number, paper in self.model.papers.items() if stray or paper.state in states.split()
        )
        if not numbers:
            return 0, None
        number = numbers[pick % len(numbers)]
        self.steps[self.model.papers[number].state] += 1
        return number, self.model.papers[number]


@pytest.mark.timeout(300)
def test_every_figure_agrees_whatever_people_do(database, plan, catalogue):
    steps: Counter[str] = Counter()
    machine = type(
        "Machine",
        (EvidenceMachine,),
        {
            "database": database,
            "plan": replace(plan, excellent_percent=EXCELLENT_PERCENT),
            "catalogue": catalogue,
            "steps": steps,
        },
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,  # what follows is about what has happened on the way
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert steps["all"] >= FEWEST
    assert min(steps[state] for state in ("waiting", "passed", "excellent", "returned", "withdrawn")) > 0
    assert steps["quota used up"] > 0
