"""What a button refers to: four characters behind its words, so that a stale one never confirms something newer.

On DingTalk a tap makes the person say the button's words, on WeCom the same words stand behind the button.
"""

import re
from hashlib import blake2b
from typing import Final

_SIGNS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that can be mistaken for another
_LENGTH: Final = 4
# In brackets that nobody types: a note may well end in （PPTX）.
_REFERRING: Final = re.compile(rf"(?s)(.*)〔([{_SIGNS}]{{{_LENGTH}}})〕\s*")


def ref_of(trace: str) -> str:
    """Of what was offered in the answer to the message with this trace."""
    digest = blake2b(trace.encode(), digest_size=_LENGTH).digest()
    return "".join(_SIGNS[byte % len(_SIGNS)] for byte in digest)


def referring(words: str, ref: str) -> str:
    """What a button says: 确认〔K7Q2〕."""
    return f"{words}〔{ref}〕"


def split_ref(said: str) -> tuple[str, str]:
    """What was said without its reference, and that; "" where there is none."""
    found = _REFERRING.fullmatch(said)
    return (said, "") if found is None else (found[1].strip(), found[2])
