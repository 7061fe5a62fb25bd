"""Files that were uploaded, for three days; who may use one depends on the platform."""

import secrets
from dataclasses import dataclass

from bot.tenant.calls import Upload
from bot.tenant.clock import PlatformClock

_LIFETIME_MS = 3 * 24 * 3600 * 1000
_MOST_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One file. `owner` is the webhook key or the app that uploaded it."""

    media_id: str
    kind: str
    owner: str
    file_name: str
    content: bytes
    content_type: str
    stored_ms: int


class Media:
    """Both platforms' files, by id."""

    def __init__(self, clock: PlatformClock) -> None:
        self._clock = clock
        self._stored: dict[str, Stored] = {}
        self._bytes = 0

    def store(self, kind: str, upload: Upload, *, owner: str, prefix: str = "") -> Stored:
        """`prefix` is how the platform's ids begin."""
        media_id = prefix + secrets.token_urlsafe(32)
        stored = Stored(
            media_id=media_id,
            kind=kind,
            owner=owner,
            file_name=upload.file_name,
            content=upload.content,
            content_type=upload.content_type,
            stored_ms=self._clock.ms(),
        )
        self._stored[media_id] = stored
        self._bytes += len(stored.content)
        self._make_room()
        return stored

    def find(self, media_id: str) -> Stored | None:
        """None also when its three days are over."""
        stored = self._stored.get(media_id)
        return None if stored is None or self._is_over(stored) else stored

    def _is_over(self, stored: Stored) -> bool:
        return self._clock.ms() - stored.stored_ms > _LIFETIME_MS

    def _make_room(self) -> None:
        """Forgets the oldest that nobody can use any more, and more of them when there is too much."""
        while len(self._stored) > 1:
            oldest = next(iter(self._stored.values()))
            if not self._is_over(oldest) and self._bytes <= _MOST_BYTES:
                return
            del self._stored[oldest.media_id]
            self._bytes -= len(oldest.content)
