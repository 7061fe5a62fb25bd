"""Secrets in the database: encrypted under the operator's key, so that a copy of the file gives none away."""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class Sealing:
    """AES-256-GCM under a key that is derived from `secret_key` and serves nothing else."""

    def __init__(self, secret_key: str) -> None:
        self._cipher = AESGCM(hmac.digest(secret_key.encode(), b"sealing", hashlib.sha256))

    def seal(self, secret: str, purpose: str) -> str:
        """Opens only for the same `purpose`: nothing sealed for one place can be moved to another."""
        nonce = os.urandom(_NONCE_BYTES)
        return (nonce + self._cipher.encrypt(nonce, secret.encode(), purpose.encode())).hex()

    def unseal(self, sealed: str, purpose: str) -> str | None:
        """None for what was sealed under another key, for another purpose, or changed since."""
        try:
            raw = bytes.fromhex(sealed)
            opened = self._cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], purpose.encode())
        except (ValueError, InvalidTag):
            return None
        return opened.decode()
