"""Samples of what the office puts right on somebody's page, and what that person is told."""

from collections.abc import Iterator

from bot.cli.text_samples import given as example
from bot.cli.text_samples.given import A5, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.people import PersonState, Role
from messages.incoming import Platform
from messages.texts import corrected
from messages.texts.wording import code_label

WHO, OFFICE, DAY = example.TEACHER, example.OFFICE, example.LAST_WEEK


def hours(given: Given) -> Iterator[Sample]:
    what = code_label(A5, given.catalogue)
    notice, said = corrected.snapshot_notice, corrected.snapshot_said
    yield sample(notice, "数据有误，不再计入", DAY, 1850, "与学习平台不符", OFFICE, counts=False)
    yield sample(notice, "学时确实少了，计入", DAY, 1850, "平台核减", OFFICE, counts=True)
    yield sample(said, "数据有误，不再计入", WHO, DAY, 1850, counts=False)
    yield sample(said, "学时确实少了，计入", WHO, DAY, 1850, counts=True)
    yield sample(corrected.reversal_notice, "台账的一笔冲销了", what, 400, "台账重复登记", OFFICE)
    yield sample(corrected.reversal_said, "台账的一笔冲销了", WHO, what, 400)


def roster(_: Given) -> Iterator[Sample]:
    notice, said = corrected.state_notice, corrected.state_said
    yield sample(notice, "改为暂缓", PersonState.DEFERRED, "产假", OFFICE)
    yield sample(notice, "改回在册", PersonState.ACTIVE, "销假返岗", OFFICE)
    yield sample(said, "改为暂缓", WHO, PersonState.DEFERRED)
    where = example.SCHOOL + example.GROUP
    told = corrected.role_notice
    yield sample(told, "给了角色", Role.LEADER, where, "接任组长", OFFICE, given=True)
    yield sample(told, "收回角色", Role.OVERSIGHT, "", "换届", OFFICE, given=False)
    yield sample(corrected.role_said, "给了角色", WHO, Role.LEADER, where, given=True)
    yield sample(
        corrected.role_said, "收回写在花名册里的角色", WHO, Role.LEADER, where, given=False, from_roster=True
    )
    yield sample(corrected.unbound_notice, "解除绑定", Platform.WECOM, "账号是别人的", OFFICE)
    yield sample(corrected.unbound_said, "解除绑定", WHO, Platform.WECOM)


SAMPLES = (hours, roster)
