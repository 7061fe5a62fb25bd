"""绑定: one code, one use, seven days, five tries (rules, section 10)."""

import re

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from messages.commands import Command
from messages.incoming import Platform
from messages.understanding.read import Reader
from storage.bindings import issue_code
from storage.people import find_asker
from storage.tables import account, audit, binding_attempt, binding_code
from tests.kit.posted import posted

ADMIN, PRINCIPAL, OFFICE, NEWCOMER = 3, 4, 5, 7
NAME = "庚老师"
PHONE = "NewPhone"
DAY = 86_400_000
WRONG = "姓名或绑定码不对，还可以再试 {} 次。\n绑定码只能用一次，过期或换新后旧码无效；拿不准就向本校学校管理员要一个新的。"
LOCKED_NOW = "连续 5 次不对，这个账号 24 小时内不能绑定，原来的绑定码已作废。\n请向本校学校管理员要一个新的绑定码，24 小时后再试。"
BOUND = "绑定成功：庚老师（示例县第一小学）。\n下一步：发“还差什么”。"


def issue(county, person=NEWCOMER):
    return issue_code(
        county.connection, person, county.secret_key, county.real_ms, county.plan.binding.code_days
    )


def bind(county, code, name=NAME, who=PHONE):
    return county.ask(who, Command.BIND, name=name, text=code)


def wrong_tries(county, times, who=PHONE):
    return [bind(county, "22222222", who=who) for _ in range(times)][-1]


def test_name_and_code_bind_the_account(county):
    code = issue(county)

    assert bind(county, code) == BOUND
    assert county.ask(PHONE, Command.WHO_AM_I).startswith("你是庚老师，示例县第一小学。")
    entry = county.connection.execute(select(audit)).one()
    assert (entry.actor, entry.action, entry.person_id) == ("wecom:newphone", "account.bound", NEWCOMER)
    stored = county.connection.execute(select(account).where(account.c.person_id == NEWCOMER)).one()
    assert (stored.folded, stored.verbatim, stored.source) == ("newphone", "NewPhone", "code")


def test_a_code_has_eight_letters_that_cannot_be_mistaken(county):
    codes = {issue(county) for _ in range(50)}

    assert len(codes) == 50
    # the digit is what the reader of messages knows a code by
    assert all(re.fullmatch(r"(?=.*\d)[A-HJKMNP-Z2-9]{8}", code) for code in codes)
    reader = Reader(county.catalogue)
    for code in codes:
        read = reader.read(f"绑定 {NAME} {code}")
        assert (read.command, read.arguments.name, read.arguments.text) == (Command.BIND, NAME, code)


def test_only_a_keyed_hash_of_the_code_is_stored(county):
    code = issue(county)

    stored = county.connection.scalar(select(binding_code.c.code_hash))
    assert re.fullmatch("[0-9a-f]{64}", stored)
    assert code not in stored


@pytest.mark.parametrize("typed", ["{lower}", "{first} {last}", "{first}-{last}", "{wide}"])
def test_a_code_may_be_typed_as_people_type(county, typed):
    code = issue(county)
    wide = "".join(chr(ord(char) + 0xFEE0) for char in code)

    said = bind(county, typed.format(lower=code.lower(), first=code[:4], last=code[4:], wide=wide))

    assert said == BOUND


def test_a_code_is_used_once(county):
    code = issue(county)
    bind(county, code)

    assert bind(county, code, who="OtherPhone") == WRONG.format(4)


def test_a_code_lasts_seven_days(county):
    code = issue(county)
    county.later(days=7)

    assert bind(county, code) == WRONG.format(4)


def test_on_the_last_day_it_still_works(county):
    code = issue(county)
    county.later(days=7, seconds=-1)

    assert bind(county, code) == BOUND


def test_a_new_code_voids_the_old_one(county):
    old = issue(county)
    new = issue(county)

    assert bind(county, old) == WRONG.format(4)
    assert bind(county, new) == BOUND


def test_a_wrong_name_sounds_like_a_wrong_code(county):
    code = issue(county)

    assert bind(county, code, name="甲老师") == WRONG.format(4)
    assert bind(county, code, name="不在名册") == WRONG.format(3)
    assert bind(county, "22222222") == WRONG.format(2)


def test_the_fifth_wrong_try_locks_voids_and_tells(county):
    code = issue(county)

    assert wrong_tries(county, 4) == WRONG.format(1)
    assert wrong_tries(county, 1) == LOCKED_NOW
    assert bind(county, code) == "这个账号的绑定已锁定，请 24 小时后再试。\n到时用学校管理员新给的绑定码。"
    assert bind(county, code, who="OtherPhone") == WRONG.format(4)  # void for everybody
    assert sorted(person_id for person_id, _ in posted(county.connection)) == [ADMIN, PRINCIPAL, OFFICE]
    assert county.ask(ADMIN, Command.CANCEL) == (
        "没有等待中的操作，不用取消。\n"
        "另外告诉你：\n"
        "有人用企业微信账号 N…e 绑定“庚老师”，5 次不对，已锁定 24 小时，绑定码已作废。如是本人，请重新给一个绑定码。"
    )
    locked = county.connection.execute(select(audit)).one()
    assert (locked.actor, locked.action) == ("wecom:newphone", "account.locked")
    assert locked.detail == {"name": NAME, "voided": [NEWCOMER]}


def test_a_lock_lasts_24_hours_from_the_last_try(county):
    wrong_tries(county, 4)
    county.later(hours=20)
    wrong_tries(county, 1)
    county.later(hours=23, minutes=59)
    code = issue(county)

    assert bind(county, code) == "这个账号的绑定已锁定，请 1 分钟后再试。\n到时用学校管理员新给的绑定码。"
    county.later(minutes=1)
    assert bind(county, code) == BOUND


def test_after_a_lock_there_are_five_tries_again(county):
    wrong_tries(county, 5)
    county.later(hours=24)

    assert wrong_tries(county, 1) == WRONG.format(4)
    assert wrong_tries(county, 4) == LOCKED_NOW


def test_a_locked_account_locks_nobody_else(county):
    wrong_tries(county, 5)
    code = issue(county)

    assert bind(county, code, who="OtherPhone") == BOUND


def test_a_bound_account_is_told_whose_it_is(county):
    code = issue(county)

    assert bind(county, code, who="User1") == (
        "这个账号已经绑定：甲老师（示例县第一小学），不用再绑。\n"
        "如果不是你，请联系市教育局提升工程项目办更正。"
    )
    assert county.connection.scalar(select(func.count()).select_from(binding_attempt)) == 0


@pytest.mark.parametrize("given", [{}, {"name": NAME}, {"text": "ABCDEFGH"}])
def test_half_an_order_costs_no_try(county, given):
    assert county.ask(PHONE, Command.BIND, **given) == (
        "请发“绑定 姓名 绑定码”，中间空一格，例如“绑定 王小明 7K3M9QXD”。\n绑定码向本校学校管理员或项目办要。"
    )
    assert county.connection.scalar(select(func.count()).select_from(binding_attempt)) == 0


def test_in_a_group_nothing_is_tried(county):
    code = issue(county)

    said = county.ask(PHONE, Command.BIND, group=True, name=NAME, text=code)

    assert said.startswith("绑定请私聊办理，群里没有执行。")
    assert find_asker(county.connection, Platform.WECOM, PHONE) is None


class Binding(RuleBasedStateMachine):
    """Any order of codes, right and wrong tries and waiting, against a model of the rules."""

    @initialize()
    def begin(self):
        self.savepoint = self.county.connection.begin_nested()
        self.start = self.county.now, self.county.real_ms
        self.codes = []
        self.live = None  # (code, end)
        self.wrong = 0
        self.locked_until = None
        self.bound = False

    @rule()
    def a_code_is_issued(self):
        self.codes.append(issue(self.county))
        self.live = (self.codes[-1], self.county.real_ms + 7 * DAY)

    @rule(hours=st.sampled_from([1, 23, 24, 24 * 6]))
    def time_passes(self, hours):
        self.county.later(hours=hours)

    @rule(index=st.integers(-3, -1), data=st.booleans())
    def a_code_is_tried(self, index, data):
        code = self.codes[index] if len(self.codes) >= -index and data else "22222222"
        now = self.county.real_ms
        said = bind(self.county, code)
        if self.bound:
            assert said.startswith("这个账号已经绑定：庚老师")
            return
        if self.locked_until is not None:
            if now < self.locked_until:
                assert said.startswith("这个账号的绑定已锁定")
                return
            self.locked_until, self.wrong = None, 0
        if self.live and self.live[0] == code and now < self.live[1]:
            assert said == BOUND
            self.bound, self.live = True, None
            return
        self.wrong += 1
        if self.wrong < 5:
            assert said == WRONG.format(5 - self.wrong)
        else:
            assert said == LOCKED_NOW
            self.locked_until, self.live = now + DAY, None

    @invariant()
    def the_account_is_bound_only_by_a_right_code(self):
        asker = find_asker(self.county.connection, Platform.WECOM, PHONE)
        assert (asker is not None) == getattr(self, "bound", False)

    def teardown(self):
        self.county.now, self.county.real_ms = self.start
        self.savepoint.rollback()


def test_binding_follows_its_rules_in_any_order(county):
    machine = type("Machine", (Binding,), {"county": county})
    few = settings(max_examples=15, stateful_step_count=25, deadline=None)

    run_state_machine_as_test(machine, settings=few)
