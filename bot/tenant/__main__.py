"""`python -m bot.tenant` prints the list of what is emulated (docs/emulated-calls.md)."""

import sys

from bot.tenant.listing import listing

if __name__ == "__main__":
    # As bytes: a terminal may have another encoding than the document.
    sys.stdout.buffer.write(listing().encode())
