"""Slips of speech input and of the keyboard, restricted to our vocabulary: 学石 is 学时."""

import re
from importlib.resources import files

from messages.understanding.expression import expression
from messages.understanding.sounds import Sounds

_OPENING = 300  # characters; what decides stands there


class Homophones:
    """Reads the table beside this file: what was typed, a tab, what is meant; both of one length."""

    def __init__(self) -> None:
        table = files("messages.understanding").joinpath("homophones.tsv").read_text(encoding="utf-8")
        self.words = dict(line.split("\t") for line in table.splitlines() if line)
        longest_first = sorted(self.words, key=len, reverse=True)
        # 背案 is no slip in 档案: a word of ours that holds the slip by chance is left alone.
        self._slip = expression("|".join(map(re.escape, longest_first)))
        self._sounds = Sounds()

    def mended(self, plain: str) -> tuple[str, frozenset[str]]:
        """The text of the same length, and the words that were put in."""
        put: set[str] = set()

        def meant(match: re.Match[str]) -> str:
            word = self.words[match.group()]
            put.add(word)
            return word

        mended = self._slip.sub(meant, plain[:_OPENING])
        if put:
            mended = self._slip.sub(meant, mended)  # 为能力电: two slips that overlap
        mended, heard = self._sounds.mended(mended)
        put |= heard
        return mended + plain[_OPENING:], frozenset(put)
