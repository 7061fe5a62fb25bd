"""Identity and mobile numbers: only keyed hashes and last four digits ever reach the database."""

import hashlib
import hmac
import re
from datetime import date

from sqlalchemy import Connection, select

from storage.tables import fact

TAIL = 4
FINGERPRINT = "secret_fingerprint"
_PREFIX = "hmac:"  # tells a hashed 人员编号 or 学习账号 from a plain one
_IDENTITY_18 = re.compile(r"\d{17}[\dXx]")  # GB 11643-1999
_IDENTITY_15 = re.compile(r"\d{6}(\d{2})(\d{2})(\d{2})\d{3}")  # its predecessor, born 19xx
_MOBILE = re.compile(r"1[3-9]\d{9}")


class SecretKeyFault(Exception):
    """The key is missing, or is not the one that the stored hashes were made with; says what to do."""


class Identifiers:
    """The hashes under one secret key.

    Works without a key as long as nothing personal has to be hashed; raises SecretKeyFault when it must.
    """

    def __init__(self, secret_key: str | None) -> None:
        self._key = secret_key.encode() if secret_key else None

    def stored(self, identifier: str) -> tuple[str, str]:
        """A 人员编号 or 学习账号 as it is stored, with the last four if it had to be hashed, else ""."""
        if not is_personal(identifier):
            return identifier, ""
        upper = identifier.upper()
        return _PREFIX + self._hash("identifier", upper), upper[-TAIL:]

    def mobile(self, number: str) -> tuple[str, str]:
        """The hash and the last four digits of a mobile number."""
        return self._hash("mobile", number), number[-TAIL:]

    @property
    def fingerprint(self) -> str:
        """Recognises the key without giving it away."""
        return self._hash("fingerprint", "")[:16]

    def check(self, connection: Connection) -> None:
        """Raises SecretKeyFault when the database was filled under another key."""
        known = connection.scalar(select(fact.c.value).where(fact.c.name == FINGERPRINT))
        if known is not None and self._key is not None and known != self.fingerprint:
            raise SecretKeyFault("BOT_SECRET_KEY 与这个数据库登记时用的不同，请换回原来的密钥再试。")

    def remember(self, connection: Connection) -> None:
        """Notes the key's fingerprint at its first use."""
        if self._key is None:
            return
        if connection.scalar(select(fact.c.value).where(fact.c.name == FINGERPRINT)) is None:
            connection.execute(fact.insert().values(name=FINGERPRINT, value=self.fingerprint))

    def _hash(self, purpose: str, text: str) -> str:
        if self._key is None:
            raise SecretKeyFault(
                "文件里有身份证号或手机号，要加密后才能登记：请先设置 BOT_SECRET_KEY（至少 32 个字符）。"
            )
        # 128 bits tell everybody apart; the whole digest would double the size of two indexes.
        return hmac.digest(self._key, f"{purpose}:{text}".encode(), hashlib.sha256)[:16].hex()


def is_personal(identifier: str) -> bool:
    """Whether it looks like an identity card number or a mobile number."""
    length = len(identifier)
    if length == 11:
        return is_mobile(identifier)
    return length in {15, 18} and is_identity_number(identifier)


def is_identity_number(text: str) -> bool:
    if _IDENTITY_18.fullmatch(text):
        return True
    old = _IDENTITY_15.fullmatch(text)
    return old is not None and _is_day(1900 + int(old[1]), int(old[2]), int(old[3]))


def is_mobile(text: str) -> bool:
    return _MOBILE.fullmatch(text) is not None


def mask(text: str) -> str:
    """What may be shown of an identifier: the last four characters, of a short one less."""
    shown = min(TAIL, len(text) // 2)
    return "*" * min(len(text) - shown, 4) + text[len(text) - shown :]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
