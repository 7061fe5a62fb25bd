"""我的数据: everything on file about the asker."""

from handlers.turn import Turn
from handlers.who_am_i import identity
from messages.outgoing import Answer
from messages.texts import my_data as texts
from messages.texts.wording import masked, tail
from storage.choices import certified_points
from storage.own_data import own_data
from storage.roles import named_grants_of


def my_data(turn: Turn) -> Answer:
    person = turn.person
    data = own_data(turn.connection, person.person_id)
    stored = texts.Stored(
        # Identity and mobile numbers stand there as hashes; a plain number of the office is nobody's secret.
        staff_no=tail(data.staff_no_tail) if data.staff_no_tail else data.staff_no,
        mobile_tail=data.mobile_tail,
        study_account=_study_account(data.study_account),
        roles=named_grants_of(turn.connection, person.person_id),
        accounts=[(a.platform, a.verbatim, a.source, turn.day(a.bound_at)) for a in data.accounts],
        state_changes=[(state, turn.day(at)) for state, at in data.state_changes],
        snapshots=data.snapshots,
        practice=person.practice,
        choices=[
            (code, turn.day(chosen), None if ended is None else turn.day(ended))
            for code, chosen, ended in data.choices
        ],
        certified=[
            (one.code, turn.day(one.at)) for one in certified_points(turn.connection, person.person_id)
        ],
        handed_in=texts.HandedIn(
            evidence=data.evidence,
            versions=data.versions,
            appeals=data.appeals,
            papers=data.papers,
            decisions=data.decisions,
            frozen=data.frozen,
        ),
        notices=data.notices,
        messages=data.messages,
        log_entries=data.log_entries,
        heard_days=turn.plan.retention.heard_days,
        said_days=turn.plan.retention.said_days,
        audit_days=turn.plan.retention.audit_days,
    )
    return texts.my_data(identity(person), stored, turn.catalogue, turn.plan.office, turn.today)


def _study_account(stored: str | None) -> str:
    if not stored:
        return ""
    # Where it is an identity or mobile number, a keyed hash stands there (storage.identifiers).
    return "已登记（加密保存）" if stored.startswith("hmac:") else masked(stored)
