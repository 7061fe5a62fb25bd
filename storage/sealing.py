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
        return self.seal_bytes(secret.encode(), purpose).hex()

    def unseal(self, sealed: str, purpose: str) -> str | None:
        """None for what was sealed under another key, for another purpose, or changed since."""
        try:
            opened = self.unseal_bytes(bytes.fromhex(sealed), purpose)
            return None if opened is None else opened.decode()
        except ValueError:
            return None

    def seal_bytes(self, secret: bytes, purpose: str) -> bytes:
        """As `seal`."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, secret, purpose.encode())

    def unseal_bytes(self, sealed: bytes, purpose: str) -> bytes | None:
        """As `unseal`."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], purpose.encode())
        except (ValueError, InvalidTag):
            return None
