"""What runs besides our own code: named, pinned, with its licence and the reason why it is there."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"\| `([a-z0-9-]+)` \| ([^|]+) \| ([^|]+) \|")


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def installed():
    """What a running bot needs, and what that needs, by name."""
    found, left = {}, [(one, frozenset()) for one in project()["dependencies"]]
    while left:
        written, extras = left.pop()
        wanted = Requirement(written)
        if wanted.marker and not any(wanted.marker.evaluate({"extra": one}) for one in extras | {""}):
            continue
        name = normal(wanted.name)
        if name in found and wanted.extras <= found[name]:
            continue
        found[name] = found.get(name, frozenset()) | wanted.extras
        left += [(one, frozenset(wanted.extras)) for one in distribution(name).requires or ()]
    return set(found)


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def listed():
    rows = ROW.findall((ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"))
    return {name: (licence.strip(), why.strip()) for name, licence, why in rows}


def licence_of(name):
    metadata = distribution(name).metadata
    classified = [
        one.split(" :: ")[-1] for one in metadata.get_all("Classifier") or () if one.startswith("License")
    ]
    return metadata.get("License-Expression") or (classified or [metadata.get("License") or ""])[0]


def test_everything_that_is_installed_to_run_is_listed_with_its_licence_and_a_reason():
    known = listed()
    # Which of these are needed depends on the system: uvloop is not for Windows, colorama only for it.
    assert installed() == known.keys()
    assert {name: licence for name, (licence, _) in known.items()} == {
        name: licence_of(name) for name in known
    }
    assert [name for name, (_, why) in known.items() if len(why) < 5] == []


def test_everything_that_is_installed_to_run_is_pinned():
    pinned = {normal(line.partition("==")[0]) for line in (ROOT / "constraints.txt").read_text().splitlines()}
    assert installed() <= pinned


def test_no_licence_asks_for_more_than_naming_the_authors():
    # Libraries under the LGPL may be used by anybody as they are; nothing here is under a licence that spreads.
    assert {name for name, (licence, _) in listed().items() if "GPL" in licence} == {
        "psycopg",
        "psycopg-binary",
    }
