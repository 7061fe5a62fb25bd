"""The version by which people are judged: whoever was judged by another one is judged anew."""

import hashlib
import json
from pathlib import Path

from bot.plan_sections import Section
from bot.points_file import judging
from bot.policy.standing import RULES


def version_of_sections(*sections: Section, excellent: int) -> str:
    """Of what decides about people; texts, times of messages and limits of the conversation do not."""
    return _fingerprint([[section.model_dump(mode="json") for section in sections], excellent])


def version_with(sections: str, points: Path | None) -> str:
    """`sections`: as `version_of_sections` gives it; `points`: the file of micro-ability points, None = the built-in one."""
    return _fingerprint([sections, judging(points), RULES])


def _fingerprint(of: object) -> str:
    return hashlib.sha256(json.dumps(of, sort_keys=True).encode()).hexdigest()[:12]
