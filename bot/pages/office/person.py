"""One person's story: who it is, where they stand and why, everything on file, and what can be put right."""

from typing import Any, Final

from bot.pages.office.people import ROLE_WORDS, STEPS
from bot.pages.office.person_line import CORRECTED, GRADES, Story, ledger_word, line_of_time
from bot.pages.visit import NotThere, Outcome, Shown, Visit
from bot.policy.appeal import may_read
from bot.policy.calendar import day_of
from bot.policy.explanation import explain
from bot.policy.people import Role
from messages.texts import why as why_texts
from messages.texts.appeal import STATES as APPEAL_STATES
from messages.texts.audit_words import action_word, actor_word, detail_line
from messages.texts.evidence_words import STATES as EVIDENCE_STATES
from messages.texts.next_step import STATES
from messages.texts.view import EVENTS, LATE
from messages.texts.wording import PLATFORMS, code_label, masked
from storage import person_log, person_story
from storage.appeals import appeals_of
from storage.correcting import live_imported
from storage.people import find_person
from storage.person_story import Card
from storage.standings import record_of
from storage.submissions import Submission, events_of, of_author, versions_of

KINDS: Final = {
    "notice": "通知",
    "reply": "群里问的答复",
    "alarm": "故障提醒",
    "announcement": "公告",
    "urgent": "加急公告",
    "summary": "进度汇总",
    "reminder": "提醒",
}
TOLD: Final = {
    "queued": "等着发",
    "leased": "正在发",
    "sent": "已送达",
    "uncertain": "不确定是否送达",
    "failed": "没送到",
    "dead": "放弃了",
}
OUTCOMES: Final = {"answered": "答了", "silent": "不用答", "limited": "太快，没看", "failed": "出错"}


def person(visit: Visit) -> Outcome:
    card = card_seen(visit)
    visit.record("person.viewed", {"page": "person"}, person_id=card.where.person_id)
    return Shown("office/person.html", card.name, _context(visit, card))


def card_seen(visit: Visit) -> Card:
    """Raises NotThere for nobody, and for somebody whom the visitor may not see."""
    card = person_story.card_of(visit.connection, int(visit.asked.path["person"]))
    if card is None or not visit.may_see(card.where):
        raise NotThere
    return card


def _context(visit: Visit, card: Card) -> dict[str, Any]:
    connection, who = visit.connection, card.where.person_id
    asker = find_person(connection, who)
    assert asker is not None, "the card was read in this transaction"
    record = record_of(connection, who)
    submissions = of_author(connection, who)
    story = Story(
        accounts=person_story.accounts(connection, who),
        roles=person_story.roles(connection, who),
        states=person_story.states(connection, who),
        snapshots=person_story.snapshots(connection, who),
        ledger=record.ledger,
        points=(*person_story.choices(connection, who), *person_story.certifications(connection, who)),
        events={one: events_of(connection, one.number) for one in submissions},
        appeals=appeals_of(connection, who)
        if may_read(visit.visitor.whereabouts, visit.grants, card.where)
        else (),
        corrections=person_log.logged(connection, who, CORRECTED),
    )
    why = why_texts.why(
        explain(record, visit.plan, visit.catalogue),
        visit.plan,
        visit.catalogue,
        chosen=record.facts.chosen,
        day_of=day_of,
        today=visit.today,
    )
    return {
        "card": card,
        "asker": asker,
        "study_account": _study_account(card.study_account),
        "story": story,
        "why": why,
        "line": line_of_time(visit, story),
        "evidence": [_handed_in(visit, one) for one in submissions],
        "corrects": visit.is_office and who != visit.visitor.person_id,
        "own": who == visit.visitor.person_id,
        "reversible": frozenset(one.id for one in live_imported(connection, who)),
        **_words(visit),
        **(_log(visit, story) if visit.is_office else {"heard": None, "told": (), "logged": ()}),
    }


def _words(visit: Visit) -> dict[str, Any]:
    return {
        "label": lambda code: code_label(code, visit.catalogue),
        "ledger_word": lambda entry: ledger_word(entry, visit.catalogue),
        "masked": masked,
        "states": STATES,
        "steps": STEPS,
        "role_words": ROLE_WORDS,
        "grantable": [role for role in Role if role is not Role.TEACHER],
        "platforms": {platform.value: word for platform, word in PLATFORMS.items()},
        "grades": GRADES,
        "evidence_states": EVIDENCE_STATES,
        "appeal_states": APPEAL_STATES,
        "late": LATE,
        "events": EVENTS,
    }


def _log(visit: Visit, story: Story) -> dict[str, Any]:
    """For the office alone. What somebody has said in private is their own: only that they said something."""
    who = int(visit.asked.path["person"])
    return {
        "heard": person_log.heard(visit.connection, tuple(story.accounts)),
        "told": person_log.told(visit.connection, who),
        "logged": person_log.logged(visit.connection, who),
        "action_word": action_word,
        "actor_word": actor_word,
        "detail_line": detail_line,
        "kinds": KINDS,
        "told_states": TOLD,
        "outcomes": OUTCOMES,
    }


def _handed_in(visit: Visit, one: Submission) -> dict[str, Any]:
    return {"one": one, "versions": tuple(reversed(versions_of(visit.connection, one.number)))}


def _study_account(stored: str | None) -> str:
    if not stored:
        return "没有登记"
    # Where it is an identity or mobile number, a keyed hash stands there (storage.identifiers).
    return "已登记（加密保存）" if stored.startswith("hmac:") else masked(stored)
