"""What keeps strangers out of the pages: headers, cookie, and the proof that a form is our own. Pure."""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

COOKIE: Final = "bot_session"
_TOKEN: Final = re.compile(
    r"[A-Za-z0-9_-]{43}", re.ASCII
)  # 32 random bytes, as storage.page_sessions makes them
_OWN: Final = re.compile(r"/(office|me)([/?#][^\s\\]*)?")
_PORTS: Final = {"http": 80, "https": 443}
CSRF_FIELD: Final = "csrf"
HEADERS: Final[Mapping[str, str]] = {
    # No inline script or style, nothing from anywhere else, and nobody may put the page into a frame.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with that a browser sends our own forms with `Origin: null` (Fetch standard, 3.2).
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}


def csrf_token(secret_key: str, token_hash: str) -> str:
    """Of one session; whoever has no cookie cannot know it."""
    return hmac.new(secret_key.encode(), f"csrf:{token_hash}".encode(), sha256).hexdigest()


def is_our_form(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode(errors="surrogatepass"), expected.encode())


def cookie_name(public_url: str) -> str:
    """With https one that no page of a neighbouring host, nor one without TLS, could set (RFC 6265bis, 4.1.3)."""
    if not public_url.startswith("https:"):
        return COOKIE
    return f"__Secure-{COOKIE}" if prefix_of(public_url) else f"__Host-{COOKIE}"


def is_token(given: str) -> bool:
    """Whether it is worth looking up."""
    return _TOKEN.fullmatch(given) is not None


def comes_from_us(headers: Mapping[str, str], public_url: str, host: str) -> bool:
    """Whether a form was sent by one of our own pages, as far as the browser says.

    Fetch Metadata (W3C), else Origin (RFC 6454); an old browser says neither, and then the token alone decides.
    """
    site = headers.get("Sec-Fetch-Site")
    if site is not None and site != "same-origin":
        return False
    given = headers.get("Origin")
    if given is None:
        return True
    origin = origin_of(given)
    return origin is not None and (origin == origin_of(public_url) or origin[1:] == _place(host, origin[0]))


def origin_of(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what has none, as the origin "null"."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname or port is None:
        return None
    return parts.scheme, parts.hostname, port


def _place(host: str, scheme: str) -> tuple[str, int] | None:
    origin = origin_of(f"{scheme}://{host}")
    return None if origin is None else origin[1:]


def is_own(path: str) -> bool:
    """Whether it leads nowhere but to a page of ours."""
    return _OWN.fullmatch(path) is not None


def prefix_of(public_url: str) -> str:
    """The path under which a proxy shows us, without a slash at its end."""
    return urlsplit(public_url).path.rstrip("/")


def only_looks(headers: Mapping[str, str]) -> bool:
    """A browser that fetches in advance, or a program that makes a preview of a link, uses nothing up."""
    purpose = headers.get("Sec-Purpose", "") + headers.get("Purpose", "") + headers.get("X-Moz", "")
    agent = headers.get("User-Agent", "").lower()
    return (
        "prefetch" in purpose
        or "preview" in purpose
        or headers.get("Sec-Fetch-Dest", "document") != "document"  # a picture, a frame, a script
        or any(word in agent for word in _PREVIEWERS)
    )


_PREVIEWERS: Final = ("bot/", "spider", "crawler", "preview", "facebookexternalhit", "slurp")
