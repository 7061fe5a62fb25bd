"""The long part of hostile input: `python -m tests.endurance.fuzz [--examples N] [--seconds N] [--atheris]`.

Every target takes bytes and says nothing, or raises what is a finding. hypothesis draws them at random and shrinks what
it finds; with `--atheris` (`pip install atheris`, which no test needs) libFuzzer grows them by what code they reach.
"""

import argparse
import subprocess
import sys
import time
import traceback
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.endurance.fuzz_targets import SAMPLES, TARGETS

DEFAULT_EXAMPLES = 5_000
DEFAULT_SECONDS = 60


def by_hypothesis(name: str, examples: int, chosen: int) -> None:
    """Raises what the target raises, for the shortest input that does."""
    target, samples = TARGETS[name], SAMPLES[name]
    edits = st.lists(
        st.tuples(st.integers(0, 1 << 14), st.integers(0, 64), st.binary(max_size=24)), min_size=1, max_size=8
    )

    def changed(drawn: tuple[bytes, list[tuple[int, int, bytes]]]) -> bytes:
        data, changes = drawn
        for place, length, new in changes:
            at = place % (len(data) + 1)
            data = data[:at] + new + data[at + length :]
        return data

    mutated = st.tuples(st.sampled_from(samples), edits).map(changed)
    written = st.text(max_size=400).map(lambda text: text.encode("utf-8", "surrogatepass"))

    @seed(chosen)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(mutated | st.binary(max_size=2_000) | written)
    def tried(data: bytes) -> None:
        target(data)

    tried()


def by_atheris(name: str, seconds: int) -> int:
    """In a process of its own, which libFuzzer ends; 0 = it has found nothing."""
    command = [sys.executable, "-m", "tests.endurance.fuzz_atheris", name, str(seconds)]
    return subprocess.run(command, cwd=Path(__file__).parents[2], check=False).returncode


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.endurance.fuzz")
    asked.add_argument("targets", nargs="*", default=list(TARGETS), help=f"of {', '.join(TARGETS)}")
    asked.add_argument("--examples", type=int, default=DEFAULT_EXAMPLES, help="of each target")
    asked.add_argument("--seconds", type=int, default=DEFAULT_SECONDS, help="of each target, with --atheris")
    asked.add_argument("--seed", type=int, default=time.time_ns() % 1_000_000)
    asked.add_argument("--atheris", action="store_true")
    given_ = asked.parse_args()
    failed = []
    for name in given_.targets:
        started = time.monotonic()
        try:
            if given_.atheris:
                if by_atheris(name, given_.seconds):
                    failed.append(name)
            else:
                by_hypothesis(name, given_.examples, given_.seed)
        except Exception:  # noqa: BLE001  a finding, whatever it is
            traceback.print_exc()
            failed.append(name)
        print(f"fuzz {name}: {time.monotonic() - started:.0f} s", flush=True)
    passed = len(given_.targets) - len(failed)
    print(f"fuzz: {passed} passed, {len(failed)} failed, seed {given_.seed} {' '.join(failed)}".rstrip())
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
