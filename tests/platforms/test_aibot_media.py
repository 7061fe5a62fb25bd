"""Files of the AI bot: the published vector, the emulator's, and what was not encrypted for us."""

from base64 import b64decode

import pytest

from bot.platforms.wecom.aibot.media import Undecryptable, decrypted
from bot.tenant.wecom.aibot.downloads import seal

KEY_A = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SEALED = b64decode("d75Am6TyjOwRFjpKM3VePmq4ViMqUsb53WpctfdGwqA=")


def test_the_published_vector():
    assert decrypted(SEALED, KEY_A) == b"hello"
    assert decrypted(SEALED, KEY_A + "=") == b"hello"


@pytest.mark.parametrize("length", [0, 1, 15, 16, 17, 31, 32, 33, 4096])
def test_every_length_comes_back(length):
    content = bytes(range(256)) * 16
    assert decrypted(seal(content[:length], KEY_A), KEY_A) == content[:length]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (SEALED, "e" * 43),
        (SEALED, "short"),
        (SEALED, ""),
        (SEALED, "不是"),
        (SEALED[:-1], KEY_A),
        (SEALED[:16], KEY_A),
        (b"", KEY_A),
        (SEALED[:-1] + bytes([SEALED[-1] ^ 1]), KEY_A),
        (b"\x00" * 32, KEY_A),
    ],
)
def test_what_is_not_ours_is_refused(content, key):
    with pytest.raises(Undecryptable):
        decrypted(content, key)
