"""`serve` with other paces: `python -m tests.bench.paced '{"module:Class": {"field": seconds}}'`.

A day of pings passes in a minute; everything but the waiting is what is shipped.
"""

import importlib
import json
import sys

from bot.cli.serve import serve


def hurry(paces: dict[str, dict[str, float]]) -> None:
    """Changes what a dataclass of paces has by default."""
    for where, fields in paces.items():
        module, _, name = where.partition(":")
        defaults = getattr(importlib.import_module(module), name).__init__.__kwdefaults__
        unknown = fields.keys() - defaults.keys()
        assert not unknown, unknown
        defaults.update(fields)


if __name__ == "__main__":
    hurry(json.loads(sys.argv[1]))
    serve()
