"""A job that is added has a name for the office, and a row in the page for the operator."""

import re
from pathlib import Path

from bot.jobs.registry import JOBS
from messages.texts.timetable import JOB_WORDS

PAGE = Path(__file__).parents[2] / "docs/operating.md"


def test_every_job_has_the_words_by_which_the_office_knows_it():
    assert sorted(JOB_WORDS) == sorted(JOBS)


def test_every_job_has_its_row_in_the_page_for_operators():
    rows = re.findall(
        r"^\| `([\w-]+)` \|", PAGE.read_text(encoding="utf-8").split("| job | when |")[1], re.MULTILINE
    )
    assert sorted(JOBS) == sorted({*rows} & {*JOBS})
