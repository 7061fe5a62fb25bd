"""Files that people send, to be fetched by the bot: encrypted, for five minutes (document 100719)."""

import secrets
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bot.tenant.calls import Ask, Call, Dialect, Refused, Upload
from bot.tenant.tenant import Said, Tenant

PATH: Final = "/wecom/aibot/media/{key}"
_LIFETIME_MS = 5 * 60 * 1000


def seal(content: bytes, aes_key: str) -> bytes:
    """AES-256-CBC, PKCS#7 to 32 bytes, the key's first half as IV; no random prefix and no length."""
    key = a2b_base64(aes_key + "=" * (-len(aes_key) % 4))
    padder = padding.PKCS7(256).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()


@dataclass(frozen=True, slots=True)
class _Kept:
    said: Said
    aes_key: str
    since_ms: int


class Downloads:
    """`encoding_aes_key` is the bot's own in callback mode; else every address has a key of its own."""

    def __init__(self, tenant: Tenant, encoding_aes_key: str) -> None:
        self._tenant = tenant
        self._aes_key = encoding_aes_key
        self._kept: dict[str, _Kept] = {}

    def link(self, said: Said) -> dict[str, str]:
        key = secrets.token_urlsafe(24)
        aes_key = self._aes_key or b64encode(secrets.token_bytes(32)).decode("ascii").rstrip("=")
        self._kept[key] = _Kept(said, aes_key, self._tenant.clock.ms())
        url = self._tenant.base_url + PATH.format(key=key)
        return {"url": url} if self._aes_key else {"url": url, "aeskey": aes_key}

    def call(self) -> Call:
        return Call(
            name="wecom.aibot.media",
            method="GET",
            path=PATH,
            dialect=Dialect.QYAPI,
            title="智能机器人：下载用户发来的文件",
            limits=("5 分钟内有效", "AES-256-CBC 加密，补齐到 32 字节；长连接每个地址一个 aeskey"),
            source="官方文档 100719",
            handle=self._fetch,
        )

    def _fetch(self, ask: Ask) -> Mapping[str, object] | Upload:
        kept = self._kept.get(ask.path.get("key", ""))
        if kept is None or self._tenant.clock.ms() - kept.since_ms > _LIFETIME_MS:
            raise Refused(40007, "invalid media: url expired")
        name = kept.said.file_name or f"{kept.said.kind.value}"
        return Upload(name, "application/octet-stream", seal(kept.said.content, kept.aes_key))
