"""`python -m bot.platforms` prints the handbook's page of error codes (docs/platform-errors.md)."""

import sys

from bot.platforms.handbook import handbook

if __name__ == "__main__":
    # As bytes: a terminal may have another encoding than the document.
    sys.stdout.buffer.write(handbook().encode())
