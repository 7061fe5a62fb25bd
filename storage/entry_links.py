"""One-time links: issued in the chat, good for one person, one purpose, one use and a few minutes."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Connection, delete, select, update

from storage.page_tables import entry_link

_KEPT_MS: Final = 24 * 3_600_000
"""So long somebody who comes with an old link is told that it is old, and not that there is no such link."""


@unique
class Purpose(StrEnum):
    """What a link opens."""

    OFFICE = "office"
    ME = "me"
    EXPORT = "export"


@unique
class Refusal(StrEnum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """Whom a link was for; `content` is what was said when it was issued."""

    person_id: int
    content: Mapping[str, Any]


def issue(  # noqa: PLR0913  whose, what for, and its time
    connection: Connection,
    person_id: int,
    purpose: Purpose,
    *,
    at: int,
    minutes: int,
    content: Mapping[str, Any] | None = None,
) -> str:
    """The code, to be said once and kept nowhere."""
    code = secrets.token_hex(24)  # nothing in it that any markup could take for its own
    mine = (entry_link.c.person_id == person_id, entry_link.c.expires_at < at - _KEPT_MS)
    connection.execute(delete(entry_link).where(*mine))
    connection.execute(
        entry_link.insert().values(
            code_hash=hash_of(code),
            person_id=person_id,
            purpose=purpose.value,
            content=json.dumps(content or {}, ensure_ascii=False),
            issued_at=at,
            expires_at=at + minutes * 60_000,
        )
    )
    return code


def is_known(connection: Connection, code: str, purpose: Purpose) -> bool:
    """Whether there was such a link, used or not."""
    where = (entry_link.c.code_hash == hash_of(code), entry_link.c.purpose == purpose.value)
    return connection.scalar(select(entry_link.c.code_hash).where(*where)) is not None


def withdraw(connection: Connection, person_ids: Sequence[int], *, at: int) -> None:
    """What these people were given and have not used lets nobody in any more."""
    open_ones = (
        entry_link.c.person_id.in_(person_ids),
        entry_link.c.used_at.is_(None),
        entry_link.c.expires_at > at,
    )
    connection.execute(update(entry_link).where(*open_ones).values(expires_at=at))


def use(connection: Connection, code: str, purpose: Purpose, *, at: int) -> Entered | Refusal:
    """Of two who come with one link one gets in."""
    where = (entry_link.c.code_hash == hash_of(code), entry_link.c.purpose == purpose.value)
    used = connection.execute(
        update(entry_link)
        .where(*where, entry_link.c.used_at.is_(None), entry_link.c.expires_at > at)
        .values(used_at=at)
        .returning(entry_link.c.person_id, entry_link.c.content)
    ).one_or_none()
    if used is not None:
        return Entered(person_id=used.person_id, content=json.loads(used.content))
    known = connection.execute(select(entry_link.c.used_at).where(*where)).one_or_none()
    if known is None:
        return Refusal.UNKNOWN
    return Refusal.EXPIRED if known.used_at is None else Refusal.USED


def hash_of(secret: str) -> str:
    """Of 24 random bytes and more: no salt or slow hash is needed."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()
