"""Prints docs/retention.md: what is kept for how long."""

import sys

from bot.jobs.retention_document import document
from bot.plan_file import load_plan

if __name__ == "__main__":
    # As bytes: a terminal may have another encoding than the document.
    sys.stdout.buffer.write(document(load_plan(None).retention).encode())
