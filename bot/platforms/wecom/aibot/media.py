"""Files that people send to the AI bot: encrypted, without the frame that messages have (document 100719)."""

from binascii import Error, a2b_base64
from hmac import compare_digest

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 16
_PADDED_TO = 32


class Undecryptable(Exception):
    """Not encrypted with this key, or not whole."""


def decrypted(content: bytes, aes_key: str) -> bytes:
    """AES-256-CBC, PKCS#7 to 32 bytes; the IV is the first half of the key. Raises Undecryptable.

    `aes_key`: in base64, with or without its padding: the address's own on a long connection, EncodingAESKey in
    callback mode.
    """
    try:
        key = a2b_base64(aes_key + "=" * (-len(aes_key) % 4))
    except (Error, ValueError):
        raise Undecryptable("key") from None
    if len(key) != _PADDED_TO or not content or len(content) % _BLOCK:
        raise Undecryptable("length")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:_BLOCK])).decryptor()
    padded = decryptor.update(content) + decryptor.finalize()
    pad = padded[-1]
    if not 1 <= pad <= min(_PADDED_TO, len(padded)):
        raise Undecryptable("padding")
    if not compare_digest(padded[-pad:], bytes([pad]) * pad):
        raise Undecryptable("padding")
    return padded[:-pad]
