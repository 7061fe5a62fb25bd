"""How long a test waits for what must happen.

It is no measure of speed: who asserts that something comes to pass waits as long as the slowest machine needs.
"""

PATIENCE_SECONDS = 60.0
