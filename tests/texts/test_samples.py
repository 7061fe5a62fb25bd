"""Every text that people read has a sample that the office can review, and reads as it should."""

import importlib
import inspect
import pkgutil
import re
from collections import Counter

import pytest

import messages.texts
from bot.cli.text_samples.given import Given
from bot.cli.text_samples.sections import TOPICS, all_samples
from messages.incoming import Platform
from messages.outgoing import Answer, Data, Line
from messages.rendering import DINGTALK_BYTES, WECOM_BYTES, pages

READ = (Answer, Line, Data, str)
# These choose among what others say.
NOT_SAID = {"submit.wants_extraction"}


def modules():
    return [module.name for module in pkgutil.iter_modules(messages.texts.__path__)]


def texts():
    """All public functions of messages.texts that return what somebody reads, as module.function."""
    for name in modules():
        module = importlib.import_module(f"messages.texts.{name}")
        for function in vars(module).values():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                returned = str(inspect.signature(function).return_annotation)
                if not function.__name__.startswith("_") and any(kind.__name__ in returned for kind in READ):
                    yield f"{name}.{function.__name__}"


@pytest.fixture(scope="module")
def samples():
    return all_samples(Given.built_in())


def test_every_text_has_a_sample(samples):
    """A new one needs a line in bot/cli/text_samples, in the file of its subject."""
    assert sorted(set(texts()) - {one.key for one in samples} - NOT_SAID) == []


def test_every_file_of_texts_has_a_heading_for_the_office(samples):
    """A new one needs a line in bot/cli/text_samples/sections.py."""
    said = {one.module for one in samples}
    assert sorted(said - set(TOPICS)) == []
    assert sorted(set(TOPICS) - said) == []
    assert max(Counter(TOPICS.values()).values()) == 1


def test_texts_are_found_by_what_they_return():
    found = list(texts())

    # an answer, a line, lines, parts of a sentence, a notice
    for one in ("bind.bound", "scope.how_to_change", "scope.filed", "links.fault", "bind.lock_notice"):
        assert one in found
    assert "wording.Platform" not in found
    assert len(found) > 350


def test_situations_of_one_text_differ_and_are_chinese(samples):
    told = Counter((one.key, one.situation) for one in samples)

    assert [key for key, times in told.items() if times > 1] == []
    assert [one.key for one in samples if not re.search(r"[\u4e00-\u9fff]", one.situation)] == []


def test_every_text_says_something_in_some_situation(samples):
    """In others it may well be silent, and the office sees that."""
    said = {one.key for one in samples if not one.answer.silent}

    assert {one.key for one in samples} - said == set()
    assert [one.key for one in samples if not one.answer.silent and not one.answer.plain.strip()] == []


# What one types, without quotation marks.
TYPED = {"help.help_", "points.choose_words"}
SLIPS = {
    "标点重了": r"[，。；：、！？][，。；：、]|——：",
    "空格在标点旁": r" [，。；：、！？）”]|[，。；：、！？（“] ",
    "半角标点": r"[\u4e00-\u9fff][,;!?]|[,;!?][\u4e00-\u9fff]",
    "程序的值": r"\bNone\b|\bTrue\b|\bFalse\b|[{}]|datetime|<[A-Za-z.]+>|\bSlot\.|\bStep\.",
    "学时写成别的": r"\d+\.\d*0 学时|\d学时|\d 个学时",
    "称呼": r"您|亲[，！]",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_no_text_has_a_slip_of_the_pen(samples, slip):
    pattern = re.compile(SLIPS[slip])
    lines = [(one.key, line) for one in samples for line in one.answer.plain.split("\n")]

    assert [(key, line) for key, line in lines if pattern.search(line)] == []


@pytest.mark.parametrize("pair", ["“”", "（）", "《》"])
def test_quotation_marks_and_brackets_come_in_pairs(samples, pair):
    opening, closing = pair
    for one in samples:
        assert one.answer.plain.count(opening) == one.answer.plain.count(closing), (one.key, one.situation)


CODE = re.compile(r"(?<![A-Za-z0-9/.=])([ABC]\d{1,2})(?![0-9A-Za-z.])")
# What is to be typed, ranges, the end of a class, links.
NO_POINT = re.compile(r"“[^”]*”|就交到 [^。]*。|[ABC]\d+ 至 [ABC]\d+|类到 [ABC]\d+ 为止|https?://\S+")


def test_a_point_is_shown_with_its_name(samples):
    catalogue = Given.built_in().catalogue
    bare = [
        (one.key, line)
        for one in samples
        if one.key not in TYPED
        for line in one.answer.plain.split("\n")
        for code in CODE.findall(NO_POINT.sub("", line))
        if code in catalogue and catalogue[code].name not in line
    ]

    assert bare == []


@pytest.mark.parametrize(
    ("platform", "most"), [(Platform.WECOM, WECOM_BYTES), (Platform.DINGTALK, DINGTALK_BYTES)]
)
def test_every_sample_fits_the_platform(samples, platform, most):
    for one in samples:
        for page in pages(one.answer, platform):
            assert 0 < len(page.body.encode()) <= most, (one.key, one.situation)


def test_two_runs_show_the_same(samples):
    assert all_samples(Given.built_in()) == samples
