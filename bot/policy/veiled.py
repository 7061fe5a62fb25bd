"""Ids of WeCom members that are hidden from a bot (open_userid, official document 101521)."""

from typing import Final

PREFIX: Final = "wo"
SHORTEST: Final = 22
"""Characters. Real ones have 32; an administrator's own ids are hardly ever so long and begin like that."""


def is_veiled(account: str) -> bool:
    return len(account) >= SHORTEST and account.startswith(PREFIX)
