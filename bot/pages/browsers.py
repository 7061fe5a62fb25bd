"""What a browser says of itself, in words by which its owner knows it again. Pure."""

from typing import Final

# The first that fits: what stands further up says that it is what stands further down, too.
_PROGRAMS: Final = (
    ("wxwork", "企业微信"),
    ("dingtalk", "钉钉"),
    ("micromessenger", "微信"),
    ("edg", "Edge"),
    ("firefox", "Firefox"),
    ("qqbrowser", "QQ 浏览器"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
)
_MACHINES: Final = (
    ("harmonyos", "鸿蒙手机"),
    ("openharmony", "鸿蒙手机"),
    ("android", "安卓手机"),
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("windows", "Windows 电脑"),
    ("macintosh", "苹果电脑"),
    ("linux", "Linux 电脑"),
)


def browser_of(user_agent: str) -> str:
    """企业微信，安卓手机; "" where nothing is known. Never what was sent, which is not ours to keep or to show."""
    said = user_agent.lower()
    found = (
        next((word for mark, word in _PROGRAMS if mark in said), ""),
        next((word for mark, word in _MACHINES if mark in said), ""),
    )
    return "，".join(word for word in found if word)
