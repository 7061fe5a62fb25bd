"""The words for roles, as operators type them: those of the roster, and the English ones."""

from bot.imports.words import ROLES
from bot.policy.people import Role
from messages.understanding.speakers import SPEAKERS

_BY_WORD = {word: role for role, words in ROLES.items() for word in (*words.split(), role.value)}


def role_named(word: str) -> Role | None:
    """None for a word that nobody has explained."""
    return _BY_WORD.get(word.strip().lower())


def speaker_named(word: str) -> str | None:
    """Who speaks, as the reader of messages calls it; its own words are taken too."""
    role = role_named(word)
    if role is not None:
        return SPEAKERS[role]
    return word if word in SPEAKERS.values() else None
