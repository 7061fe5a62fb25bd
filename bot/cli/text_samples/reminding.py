"""Samples of reminders, those of the timetable and those that a leader sends, and of who is left out."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from bot.cli.text_samples import given as example
from bot.cli.text_samples.announcing import MORNING
from bot.cli.text_samples.given import A5, Given
from bot.cli.text_samples.sample import Sample, sample
from bot.policy.reminders import Hold
from bot.policy.standing import Step
from messages.texts import no_reminders, remind, reminders
from messages.texts.remind import Kind, Round


def to_people(given: Given) -> Iterator[Sample]:
    days = given.plan.reminders.pause_days
    last_day = given.plan.deadlines.soft
    for situation, outlook in (
        ("没有学习账号", given.outlook(example.NO_ACCOUNT)),
        ("没选点", given.outlook(example.STARTED)),
        ("没交", given.outlook(example.HAS_CHOSEN)),
        ("退回", given.outlook(example.SENT_BACK, about=given.about(12, A5))),
        ("学时不足", given.outlook(example.SHORT_OF_HOURS)),
        ("最后一天", given.outlook(example.HAS_CHOSEN, today=last_day)),
    ):
        yield sample(reminders.reminder, situation, outlook, pause_days=days)
    by = reminders.leader("教研组长", example.LEADER)
    yield sample(reminders.reminder, "组长提醒的", given.outlook(example.STARTED), pause_days=days, by=by)
    yield sample(reminders.leader, "谁提醒的", "教研组长", example.LEADER)
    yield sample(reminders.span, "两周", 14)
    yield sample(reminders.span, "几天", 10)
    yield sample(no_reminders.paused, "不提醒了", date(2024, 6, 3))
    yield sample(no_reminders.resumed, "恢复了", given.plan.quiet.reminder_workdays)
    yield sample(no_reminders.not_paused, "本来就开着")


def by_leaders(given: Given) -> Iterator[Sample]:
    workdays = given.plan.quiet.reminder_workdays
    held = dict.fromkeys(Hold, 1)
    plain = Round(
        unit=example.GROUP,
        names=(example.TEACHER, example.COLLEAGUE),
        held={},
        workdays=workdays,
        heard_at=None,
    )
    full = replace(plain, held=held, heard_at=MORNING)
    nobody = replace(plain, names=(), held=held)
    said = reminders.reminder(given.outlook(example.STARTED), pause_days=14)
    kinds = [Kind(Step.NO_CHOICE, 2, example.TEACHER, said)]
    yield sample(remind.preview, "先给看", plain, kinds, 5)
    yield sample(remind.preview, "晚上，有不提醒的人", full, kinds, 5)
    yield sample(remind.reminded, "提醒了", plain)
    yield sample(remind.nobody, "没有可以提醒的人", nobody, date(2024, 5, 23))
    yield sample(remind.nobody, "没有人", replace(nobody, held={}), None)
    yield sample(remind.left_out, "哪些人不在内", held, workdays)
    yield sample(remind.not_on, "不提醒的日子", example.TODAY, example.JUNE)
    yield sample(remind.not_timed, "想定个时间", "提醒 没选点 第一小学")
    yield sample(remind.too_many, "人太多", "全县", 2_000, 500, "没选点")
    yield sample(remind.nobody_called, "没有叫这个名字的", example.TEACHER, example.GROUP)
    yield sample(remind.namesakes, "同名", example.TEACHER, example.SCHOOL, 2)
    yield sample(remind.not_led, "点名别的学校", example.SCHOOL)
    yield sample(remind.no_such_step, "没有这种名单", "迟到")


SAMPLES = (to_people, by_leaders)
