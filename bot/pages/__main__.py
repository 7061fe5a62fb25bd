"""Prints docs/permissions.md: who may use which command and which page."""

import sys

from bot.pages.matrix import document
from bot.pages.registry import REGISTRY

if __name__ == "__main__":
    # As bytes: a terminal may have another encoding than the document.
    sys.stdout.buffer.write(document(REGISTRY).encode())
