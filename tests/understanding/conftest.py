"""The reader and the labelled lines: text, command (`-` silence, `?` asks back), arguments, roles; tab-separated."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.points_file import load_catalogue
from bot.policy.points import Catalogue
from messages.understanding.read import Reader

FOLDER = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Labelled:
    text: str
    command: str
    arguments: dict[str, str]
    roles: frozenset[str]


def _labelled(line: str) -> Labelled:
    text, command, arguments, roles = (*line.split("\t"), "", "")[:4]
    pairs = (pair.replace("\\n", "\n").split("=", 1) for pair in arguments.split(" | ") if pair)
    return Labelled(text.replace("\\n", "\n"), command, dict(pairs), frozenset(roles.split()))


@pytest.fixture(scope="session")
def corpus() -> dict[str, list[Labelled]]:
    """By file name."""
    return {
        path.stem: [
            _labelled(line)
            for line in path.read_text(encoding="utf-8").splitlines()
            if line and not line.startswith("# ")
        ]
        for path in sorted(FOLDER.glob("*.tsv"))
    }


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="session")
def reader(catalogue) -> Reader:
    return Reader(catalogue)
