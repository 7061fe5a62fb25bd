"""What the people of the demonstration county have handed in: every state occurs, and every leader has some to review."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from bot.policy.evidence import EvidenceState
from bot.policy.points import Catalogue
from bot.policy.standing import Grade
from storage.certifications import NewCertification
from storage.evidence_bulk import HandedIn

_DRIVES = (
    "https://pan.baidu.com/s/1demo{n:05}?pwd=demo",
    "https://docs.qq.com/doc/DEMO{n:05}",
    "https://www.kdocs.cn/l/demo{n:05}",
    "https://files.example.com/demo/{n:05}",
)
_LESSONS = ("春天来了", "认识图形", "水的旅行", "我们的校园", "家乡的桥", "小小设计师")
_RETURNED_FOR = ("缺学生体会", "链接打不开", "视频与本点无关")
# Out of a hundred next points of those who have chosen: waits for review, was returned; the rest was not begun.
_WAITING, _RETURNED = 35, 48
_STATES = {Grade.PASS: EvidenceState.PASSED, Grade.EXCELLENT: EvidenceState.EXCELLENT}


def certified_papers(
    certified: Sequence[NewCertification],
    reviewers: Mapping[int, int],
    catalogue: Catalogue,
    random: Random,
) -> Iterator[HandedIn]:
    """What led to each certification, two days before it."""
    for one in certified:
        submitted = one.at - int(timedelta(days=2, minutes=random.randrange(600)).total_seconds()) * 1000
        yield HandedIn(
            person_id=one.person_id,
            code=one.code,
            **_document(one.code, catalogue, random),
            state=_STATES[one.grade],
            submitted_at=submitted,
            decided_by=reviewers[one.person_id],
            decided_at=one.at,
        )


def open_papers(
    next_points: Sequence[tuple[int, str]],
    reviewers: Mapping[int, int],
    catalogue: Catalogue,
    random: Random,
    now: datetime,
) -> Iterator[HandedIn]:
    """Of people with the next of their points: some wait, some were returned."""
    for person_id, code in next_points:
        luck = random.randrange(100)
        if luck >= _RETURNED:
            continue
        waiting = luck < _WAITING
        at = now - timedelta(hours=random.randrange(2, 24 * 9))
        yield HandedIn(
            person_id=person_id,
            code=code,
            **_document(code, catalogue, random),
            state=EvidenceState.WAITING if waiting else EvidenceState.RETURNED,
            submitted_at=_ms(at),
            decided_by=None if waiting else reviewers[person_id],
            decided_at=None if waiting else _ms(at + timedelta(hours=1)),
            remark="" if waiting else random.choice(_RETURNED_FOR),
        )


def _document(code: str, catalogue: Catalogue, random: Random) -> dict[str, str]:
    url = random.choice(_DRIVES).format(n=random.randrange(100_000))
    return {"url": url, "note": f"{random.choice(_LESSONS)} {catalogue[code].name}"}


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
