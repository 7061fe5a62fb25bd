"""WeCom counts bytes of UTF-8, and never leaves half a character when it cuts."""


def size(text: str) -> int:
    """In bytes."""
    return len(text) if text.isascii() else len(text.encode())


def cut(text: str, limit: int) -> str:
    """The longest beginning that takes at most `limit` bytes."""
    if size(text) <= limit:
        return text
    return text.encode()[:limit].decode("utf-8", "ignore")
