"""Samples of what the office is told when it asks how the bot is, and of what was not delivered."""

from collections.abc import Iterator
from datetime import date, datetime

from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sample import Sample, sample
from bot.clock import SHANGHAI
from bot.policy.outgoing import Kind
from bot.policy.timetable import Outcome
from messages.texts import audit_words, status, undelivered
from messages.texts.status import Job, Status

_NOW = datetime(2024, 5, 20, 18, 30, tzinfo=SHANGHAI)
_WELL = Status(
    now=_NOW,
    online=date(2024, 5, 19),
    stale_days=0,
    heard_at=_NOW.replace(minute=20),
    sent_at=_NOW.replace(minute=1),
    waiting=0,
    waiting_since=None,
    waits_long=False,
    failed=0,
    uncertain=0,
    resting=(),
    groups=12,
    stopped=(),
    silent=(),
    scheduler_still_since=None,
    jobs=(
        Job(name="daily-ranking", day=date(2024, 5, 20), at=_NOW.replace(minute=0), outcome=Outcome.DONE),
        Job(name="reminders", day=date(2024, 5, 20), at=_NOW.replace(hour=16), outcome=Outcome.DONE),
    ),
    wrong_jobs=(),
)
_ILL = Status(
    now=_NOW,
    online=date(2024, 5, 10),
    stale_days=10,
    heard_at=_NOW.replace(day=17),
    sent_at=None,
    waiting=31,
    waiting_since=_NOW.replace(day=17, hour=9),
    waits_long=True,
    failed=4,
    uncertain=1,
    resting=("企业微信",),
    groups=12,
    stopped=("示例一小工作群",),
    silent=("示例二小工作群",),
    scheduler_still_since=_NOW.replace(hour=9),
    jobs=(),
    wrong_jobs=(Job(name="daily-ranking", day=date(2024, 5, 17), at=None, outcome=Outcome.SKIPPED),),
)
_NEW = Status(
    now=_NOW,
    online=None,
    stale_days=0,
    heard_at=None,
    sent_at=None,
    waiting=0,
    waiting_since=None,
    waits_long=False,
    failed=0,
    uncertain=0,
    resting=(),
    groups=0,
    stopped=(),
    silent=(),
    scheduler_still_since=None,
    jobs=(),
    wrong_jobs=(),
)


def how_it_runs(_given: Given) -> Iterator[Sample]:
    yield sample(status.status, "一切正常", _WELL)
    yield sample(status.status, "样样不对", _ILL)
    yield sample(status.status, "刚装好", _NEW)
    for outcome in (None, *Outcome):
        yield sample(status.outcome_word, f"定时任务的结果：{outcome or '没有结果'}", outcome)


def audited(_given: Given) -> Iterator[Sample]:
    yield sample(audit_words.action_word, "做了什么", "evidence.excellent")
    yield sample(audit_words.actor_word, "谁做的", "person:12", {12: "示例丁"})
    yield sample(audit_words.actor_word, "在服务器上做的", "operator", {})
    yield sample(audit_words.detail_words, "详情", {"reason": "看错了", "accepted": True})
    yield sample(audit_words.detail_line, "网页上的详情", {"number": 12, "reason": "看错了" * 120})


def not_delivered(_given: Given) -> Iterator[Sample]:
    for kind in Kind:
        yield sample(undelivered.kind_word, f"消息的种类：{kind.value}", kind)
    why = "webhook 地址无效，或者群机器人被移出了群。"
    yield sample(undelivered.reason_words, "平台说了原因", "93000", why)
    yield sample(undelivered.reason_words, "平台只给了代码", "93000")
    yield sample(undelivered.reason_words, "过时了", "expired")
    for reason in ("expired", "stopped", "doubt", "leave", "again", "93000"):
        yield sample(undelivered.cure, f"怎么办：{reason}", reason)


SAMPLES = (how_it_runs, audited, not_delivered)
