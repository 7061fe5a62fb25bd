"""One-time codes that tie a chat account to a person (rules, section 10); only keyed hashes are stored."""

import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, func, select, update

from bot.policy.binding import Tries, tries
from bot.policy.plan import Binding
from messages.incoming import Platform
from storage.inbox import fold
from storage.tables import account, binding_attempt, binding_code, person, school

# No 0 and O, no 1, I and L: codes are read out, and typed on telephones.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class OpenCode:
    """A code that could still be used, and whose it is."""

    code_id: int
    code_hash: str
    person_id: int
    name: str
    school_id: int
    school_name: str


@dataclass(frozen=True, slots=True)
class BoundAccount:
    """A chat account of a person."""

    platform: Platform
    verbatim: str
    source: str  # "roster" or "code"
    bound_at: int


def issue_code(connection: Connection, person_id: int, secret_key: str, now_ms: int, days: int) -> str:
    """A fresh code, valid for `days`; the person's earlier ones are void. `now_ms` by the real clock."""
    void_codes(connection, (person_id,), at=now_ms)
    code = _fresh_code()
    connection.execute(
        binding_code.insert().values(
            person_id=person_id,
            code_hash=_hash(code, secret_key),
            issued_at=now_ms,
            expires_at=now_ms + days * DAY_MS,
        )
    )
    return code


def open_codes(connection: Connection, name: str, now_ms: int) -> tuple[OpenCode, ...]:
    """Of everybody of that name."""
    rows = connection.execute(
        select(
            binding_code.c.id,
            binding_code.c.code_hash,
            person.c.id,
            person.c.name,
            person.c.school_id,
            school.c.name,
        )
        .join(person, person.c.id == binding_code.c.person_id)
        .join(school, school.c.id == person.c.school_id)
        .where(
            person.c.name == name,
            binding_code.c.used_at.is_(None),
            binding_code.c.voided_at.is_(None),
            binding_code.c.expires_at > now_ms,
        )
    )
    return tuple(OpenCode(*row) for row in rows)


def matching(codes: tuple[OpenCode, ...], code: str, secret_key: str) -> OpenCode | None:
    """Compares with every code, so that the time taken does not tell which one was near."""
    typed = _hash(_comparable(code), secret_key)
    found = None
    for candidate in codes:
        if hmac.compare_digest(candidate.code_hash, typed):
            found = candidate
    return found


def use_code(connection: Connection, code_id: int, *, at: int) -> bool:
    """False when somebody else was quicker."""
    result = connection.execute(
        update(binding_code)
        .where(
            binding_code.c.id == code_id, binding_code.c.used_at.is_(None), binding_code.c.voided_at.is_(None)
        )
        .values(used_at=at)
    )
    return result.rowcount == 1


def void_codes(connection: Connection, person_ids: tuple[int, ...], *, at: int) -> None:
    """Open codes of these people can no longer be used."""
    connection.execute(
        update(binding_code)
        .where(
            binding_code.c.person_id.in_(person_ids),
            binding_code.c.used_at.is_(None),
            binding_code.c.voided_at.is_(None),
        )
        .values(voided_at=at)
    )


def bind(connection: Connection, platform: Platform, account_id: str, person_id: int, *, at: int) -> None:
    """Ties an account that nobody is bound to, and forgets its wrong tries."""
    connection.execute(
        account.insert().values(
            platform=platform.value,
            folded=fold(account_id),
            verbatim=account_id,
            person_id=person_id,
            source="code",
            bound_at=at,
        )
    )
    forget_tries(connection, platform, account_id)


def tries_of(
    connection: Connection, platform: Platform, account_id: str, now_ms: int, rule: Binding
) -> Tries:
    wrong, last = connection.execute(
        select(func.count(), func.max(binding_attempt.c.at)).where(*_counting(platform, account_id))
    ).one()
    return tries(wrong, last, now_ms, rule)


def note_wrong_try(connection: Connection, platform: Platform, account_id: str, *, at: int) -> int:
    """The number of this try among all tries."""
    result = connection.execute(
        binding_attempt.insert().values(platform=platform.value, folded=fold(account_id), at=at)
    )
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def forget_tries(connection: Connection, platform: Platform, account_id: str) -> None:
    """After a success, or when a lock has been served: the tries before no longer count."""
    connection.execute(update(binding_attempt).where(*_counting(platform, account_id)).values(counts=False))


def people_named(connection: Connection, name: str) -> tuple[tuple[int, int], ...]:
    """(person, school) of everybody of that name."""
    rows = connection.execute(select(person.c.id, person.c.school_id).where(person.c.name == name))
    return tuple((person_id, school_id) for person_id, school_id in rows)


def accounts_of(connection: Connection, person_id: int) -> tuple[BoundAccount, ...]:
    rows = connection.execute(
        select(account.c.platform, account.c.verbatim, account.c.source, account.c.bound_at)
        .where(account.c.person_id == person_id)
        .order_by(account.c.bound_at, account.c.id)
    )
    return tuple(BoundAccount(Platform(p), verbatim, source, at) for p, verbatim, source, at in rows)


def _fresh_code() -> str:
    """A digit in it tells a code from a word when the message is read."""
    while True:
        code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
        if any(char.isdigit() for char in code):
            return code


def _counting(platform: Platform, account_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        binding_attempt.c.platform == platform.value,
        binding_attempt.c.folded == fold(account_id),
        binding_attempt.c.counts.is_(True),
    )


def _comparable(code: str) -> str:
    """As people type it: full-width letters, small letters, blanks and dashes in between."""
    return "".join(char for char in unicodedata.normalize("NFKC", code).upper() if char.isalnum())


def _hash(code: str, secret_key: str) -> str:
    return hmac.digest(secret_key.encode(), f"binding:{code}".encode(), sha256).hex()
