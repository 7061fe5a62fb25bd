"""What is true however often processes died: each accepted thing is there once, and every way to ask gives one answer."""

import asyncio
import csv
import re
from collections import Counter

from sqlalchemy import func, select

from bot.tenant.people import Chat, Platform, Room
from messages.outgoing import load_answer
from storage.database import Database
from storage.delivery_tables import chat_group, outbox
from storage.standings import differences
from storage.tables import account, person, practice_entry, standing
from storage.work_tables import evidence, evidence_link, evidence_version
from tests.endurance.scene import Scene
from tests.kit.processes import Town

_MARKS = re.compile(r"[\s*_#>`\-·\\]|\[|\]\([^)]*\)")
_HOURS = re.compile(r"(?:线上 ([\d.]+) 学时|线上还没有数据|线上没有数据).*?实践 ([\d.]+) 学时", re.DOTALL)


def everything_holds(scene: Scene) -> None:
    """Raises AssertionError."""
    submissions_are_there_once(scene.town.database, scene.handed_in)
    messages_were_read_once(scene.town)
    figures_agree(scene.town)


def submissions_are_there_once(database: Database, handed_in: list[tuple[str, bool]]) -> None:
    """What was accepted, exactly once; what was not, at most once, and nothing else."""
    with database.reading() as connection:
        stored = Counter(connection.scalars(select(evidence_link.c.url)))
        versions = connection.scalar(select(func.count()).select_from(evidence_version))
        newest = connection.scalar(select(func.coalesce(func.sum(evidence.c.version), 0)))
    accepted = Counter(link for link, taken in handed_in if taken)
    assert {link: stored[link] for link in accepted} == dict(accepted)
    assert set(stored.values()) <= {1}
    assert set(stored) <= {link for link, _ in handed_in}
    assert versions == newest == len(stored)


def messages_were_read_once(town: Town) -> None:
    """By every chat; where the platform may have taken one twice, the row says so and it was read twice at most."""
    sure: Counter[tuple[str, str]] = Counter()
    doubtful: Counter[tuple[str, str]] = Counter()
    answered: Counter[tuple[str, str]] = Counter()
    with town.database.reading() as connection:
        rows = connection.execute(select(outbox).where(outbox.c.picture_id.is_(None))).all()
        people = dict(connection.execute(select(account.c.person_id, account.c.verbatim)).all())
    for row in rows:
        assert row.state not in ("queued", "leased"), row.key
        if row.state in ("failed", "dead"):
            continue
        chat = f"g{row.group_id}" if row.group_id is not None else people[row.person_id]
        place = chat, _bare(load_answer(row.content).plain)
        if row.state == "uncertain" or row.doubt_since is not None:
            doubtful[place] += 1
        elif row.outlet == "answer":  # on a page of an answer, perhaps one that waits for 更多
            answered[place] += 1
        else:
            sure[place] += 1
    shown = _shown(town)
    for place in sure | doubtful:
        chat, words = place
        read = sum(words in said for said in shown[chat])
        lost = sum(row.state == "uncertain" for row in rows)
        least = sure[place] + (0 if lost else doubtful[place])
        assert least <= read <= sure[place] + 2 * doubtful[place] + answered[place], (
            place,
            read,
            shown[chat],
        )


def figures_agree(town: Town) -> None:
    """The ledger and what stands; what is said and exported is `figures_are_said`."""
    columns = standing.c
    with town.database.reading() as connection:
        assert differences(connection, town.plan, town.catalogue) == ()
        held = dict(connection.execute(select(columns.person_id, columns.practice_hours)).all())
        entered = select(practice_entry.c.person_id, func.sum(practice_entry.c.practice_hours))
        booked = dict(connection.execute(entered.group_by(practice_entry.c.person_id)).all())
    assert held == {person: booked.get(person, 0) for person in held}


async def figures_are_said(scene: Scene) -> None:
    """In the chat and in the acceptance table, as they stand."""
    await _said_in_chat(scene)
    await _exported(scene)


async def _said_in_chat(scene: Scene) -> None:
    columns = standing.c
    with scene.town.database.reading() as connection:
        stand = connection.execute(
            select(account.c.verbatim, columns.online_hours, columns.practice_hours).where(
                account.c.person_id == columns.person_id, account.c.platform == "dingtalk"
            )
        ).all()
    for number, online, practice in stand:
        found = await scene.asks(number, "我的学时", _HOURS.search)
        assert (_hundredths(found[1]), _hundredths(found[2])) == (online, practice)


async def _exported(scene: Scene) -> None:
    """By `python -m bot export`, everybody who counts, once."""
    file = scene.town.folder / "end.csv"
    code, said = await asyncio.to_thread(
        scene.command, "export", "acceptance", str(file), fault="", counts=False
    )
    assert code == 0, said
    with file.open(encoding="utf-8-sig", newline="") as lines:
        exported = [
            (
                row["人员编号"],
                _hundredths(row["线上学时"] or None),
                _hundredths(row["实践学时"]),
                row["学习合格"],
            )
            for row in csv.DictReader(lines)
        ]
    columns = standing.c
    wanted = select(person.c.staff_no, columns.online_hours, columns.practice_hours, columns.done)
    with scene.town.database.reading() as connection:
        stand = connection.execute(
            wanted.join_from(standing, person, person.c.id == columns.person_id).where(columns.active)
        ).all()
    assert sorted(exported) == sorted(
        (number, online, practice, "是" if done else "否") for number, online, practice, done in stand
    )


def _hundredths(written: str | None) -> int | None:
    return None if written is None else round(float(written) * 100)


def _shown(town: Town) -> dict[str, list[str]]:
    """By group and by user id, over all ways on which somebody is written to."""
    with town.database.reading() as connection:
        known = connection.execute(select(chat_group.c.id, chat_group.c.platform)).all()
    found: dict[str, list[str]] = {}
    groups = list(town.tenant.directory.groups.values())
    for (number, platform), group in zip(sorted(known), groups, strict=True):
        chat = Chat(Platform(platform), Room.GROUP, group.chat_id)
        found[f"g{number}"] = _texts(town, chat)
    for member in town.tenant.directory.members.values():
        chats = [
            Chat(platform, room, number)
            for platform, number in member.accounts.items()
            for room in (Room.APP, Room.AIBOT, Room.ROBOT)
        ]
        found[member.key] = [said for chat in chats for said in _texts(town, chat)]
    return found


def _texts(town: Town, chat: Chat) -> list[str]:
    return [_bare(shown.drawn.text) for shown in town.tenant.transcript.of(chat) if shown.by_bot]


def _bare(text: str) -> str:
    """Without marks of Markdown and white space."""
    return _MARKS.sub("", text)
