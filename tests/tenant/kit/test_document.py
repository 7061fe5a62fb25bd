"""docs/testing.md prints a story that is run, and names nothing that does not exist."""

import re
from pathlib import Path

from tests.kit import fixtures
from tests.kit.people import GroupChat, Person, Seen
from tests.kit.practice import PracticeTenant

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs/testing.md").read_text(encoding="utf-8")


def test_the_example_is_the_story_that_is_run():
    (printed,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)

    assert printed == (ROOT / "tests/stories/test_example.py").read_text(encoding="utf-8")


def test_what_it_names_exists():
    named = set(re.findall(r"(?:teacher|tenant|group|seen|await )\.?(\w+)\(", DOCUMENT))
    known = {name for kind in (GroupChat, Person, Seen, PracticeTenant) for name in dir(kind)}

    assert named - known == set()


def test_its_fixtures_exist():
    table = DOCUMENT.split("| fixture |")[1].split("\n\n")[0]

    for name in re.findall(r"^\| `(\w+)", table, re.MULTILINE):
        assert hasattr(fixtures, name), name
