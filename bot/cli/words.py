"""The words for roles, as operators type them: those of the roster, and the English ones."""

from bot.imports.words import ROLES
from bot.policy.people import Role

_BY_WORD = {word: role for role, words in ROLES.items() for word in (*words.split(), role.value)}

# As messages.understanding.read calls those who speak; the two leads of a school are alike to it.
_SPEAKERS = {
    Role.TEACHER: "teacher",
    Role.LEADER: "leader",
    Role.SCHOOL_ADMIN: "school",
    Role.PRINCIPAL: "school",
    Role.OFFICE: "office",
    Role.OVERSIGHT: "office",
}


def role_named(word: str) -> Role | None:
    """None for a word that nobody has explained."""
    return _BY_WORD.get(word.strip().lower())


def speaker_named(word: str) -> str | None:
    """Who speaks, as the reader of messages calls it; its own words are taken too."""
    role = role_named(word)
    if role is not None:
        return _SPEAKERS[role]
    return word if word in _SPEAKERS.values() else None
