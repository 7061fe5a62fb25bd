"""Callbacks of the app, as they go out: signed, encrypted, and sealed anew for every try (document 90238)."""

import secrets
from typing import Final
from urllib.parse import quote

from bot.platforms.wecom.crypto import Cipher, signature
from bot.tenant.courier import Letter
from bot.tenant.installation import WeComApp
from bot.tenant.wecom.xml import write_xml

PATH: Final = "/wecom/app/callback"


class Seal:
    """One app's token and key."""

    def __init__(self, app: WeComApp) -> None:
        self.app = app
        self.cipher = Cipher(app.encoding_aes_key, app.corp_id)

    def callback(self, inner: str, *, account: str, second: int) -> Letter:
        """A POST with this XML in it."""
        encrypt = self.cipher.encrypt(inner.encode())
        envelope = (
            ("ToUserName", self.app.corp_id),
            ("AgentID", str(self.app.agent_id)),
            ("Encrypt", encrypt),
        )
        return Letter(
            name="wecom.callback",
            method="POST",
            path_qs=f"{PATH}?{self._signed(encrypt, second)}",
            headers={"Content-Type": "text/xml; charset=utf-8"},
            body=write_xml(envelope).encode(),
            opened=inner,
            target=account,
        )

    def check(self, echo: str, *, second: int) -> Letter:
        """The GET with which an address is verified."""
        encrypt = self.cipher.encrypt(echo.encode())
        return Letter(
            name="wecom.verify",
            method="GET",
            path_qs=f"{PATH}?{self._signed(encrypt, second)}&echostr={quote(encrypt, safe='')}",
            headers={},
            body=b"",
            opened=echo,
        )

    def _signed(self, encrypt: str, second: int) -> str:
        nonce = str(secrets.randbelow(10**10))
        signed = signature(self.app.token, str(second), nonce, encrypt)
        return f"msg_signature={signed}&timestamp={second}&nonce={nonce}"
