"""WeCom's signature and its AES envelope (official documents 90968 and 91144).

wechatpy's crypto is not used: it accepts padding bytes that are not all equal and length fields beyond
the data, and compares signatures with `!=`.
"""

import os
from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from hashlib import sha1
from hmac import compare_digest

from cryptography.hazmat.primitives import ciphers
from cryptography.hazmat.primitives.ciphers import algorithms, modes

from bot.platforms.errors import Unreadable

_AES_BLOCK = 16
_PADDED_TO = 32  # PKCS#7 to a multiple of 32, although AES itself needs 16 only
_PREFIX = 16  # random bytes before the length field
_HEAD = _PREFIX + 4
_PADDING = tuple(bytes([n]) * n for n in range(_PADDED_TO + 1))


def signature(token: str, timestamp: str, nonce: str, encrypt: str) -> str:
    """Lower-case hexadecimal SHA-1 of the four, sorted as strings and joined."""
    joined = "".join(sorted((token, timestamp, nonce, encrypt)))
    # surrogatepass: a query may carry any code point, and a wrong one must be refused, not raise
    return sha1(joined.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def is_signed(received: str, token: str, timestamp: str, nonce: str, encrypt: str) -> bool:
    """Whether `received` is the signature of the rest, compared in constant time."""
    expected = signature(token, timestamp, nonce, encrypt)
    return compare_digest(expected.encode("ascii"), received.encode("utf-8", "surrogatepass"))


class Cipher:
    """AES-256-CBC under one EncodingAESKey and one receiveid (the corp id; "" for an AI bot)."""

    __slots__ = ("_aes", "_receive_id")

    def __init__(self, encoding_aes_key: str, receive_id: str) -> None:
        try:
            # The 43rd character carries two unused bits, which a decoder has to let pass.
            key = a2b_base64(encoding_aes_key + "=", strict_mode=True)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise ValueError("EncodingAESKey must be 43 letters and digits") from None
        self._aes = ciphers.Cipher(algorithms.AES(key), modes.CBC(key[:_AES_BLOCK]))
        self._receive_id = receive_id.encode()

    def decrypt(self, encrypt: str) -> bytes:
        """The message inside; Unreadable unless every byte around it is as it has to be."""
        try:
            sealed = a2b_base64(encrypt, strict_mode=True)
        except (Base64Error, ValueError):
            raise Unreadable("base64") from None
        if not sealed or len(sealed) % _AES_BLOCK:
            raise Unreadable("block")
        decryptor = self._aes.decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        pad = plain[-1]
        if not 1 <= pad <= _PADDED_TO or not plain.endswith(_PADDING[pad]):
            raise Unreadable("padding")
        end = len(plain) - pad
        stop = _HEAD + int.from_bytes(plain[_PREFIX:_HEAD], "big")
        if end < _HEAD or stop > end:
            raise Unreadable("length")
        if not compare_digest(plain[stop:end], self._receive_id):
            raise Unreadable("receive-id")
        return plain[_HEAD:stop]

    def encrypt(self, message: bytes, prefix: bytes | None = None) -> str:
        """Base64 of the sealed message; `prefix` is 16 random bytes unless given."""
        head = os.urandom(_PREFIX) if prefix is None else prefix
        plain = head + len(message).to_bytes(4, "big") + message + self._receive_id
        pad = _PADDED_TO - len(plain) % _PADDED_TO
        encryptor = self._aes.encryptor()
        sealed = encryptor.update(plain + _PADDING[pad]) + encryptor.finalize()
        return b2a_base64(sealed, newline=False).decode("ascii")
