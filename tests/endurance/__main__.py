"""`make endurance`: kills, faults of the world, a day, and fuzzing; some of: counting, kills, world, day, fuzz.

    python -m tests.endurance [NAME …] [--hours 24] [--seed N] [--stride 27] [--each 3] [--processes 2]

Prints its own closing line; exit code 0 = everything has passed. `--stride 27` takes every 27th commit and step, and
every fault point up to `--each` times where it comes most often; with 1 there are thousands of kills, for most of a day.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from random import SystemRandom
from xml.etree import ElementTree as ET

PARTS = ("counting", "kills", "world", "day", "fuzz")
HERE = Path(__file__).parent


def run(part: str, folder: Path, processes: int) -> tuple[int, int]:
    """How many have passed and failed."""
    report = folder / f"{part}.xml"
    # A day measures memory and seconds, and counting says what there is to die at: each by itself.
    beside = ["-n", str(processes)] if part == "kills" else ["-s"]
    timeout = ["--timeout=180", "-p", "no:cacheprovider", f"--junitxml={report}"]
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", str(HERE / f"{part}.py"), "-q", *beside, *timeout], check=False
    )
    if not report.exists():
        return 0, 1
    suite = next(ET.parse(report).iter("testsuite"))
    failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
    passed = int(suite.get("tests", 0)) - failed - int(suite.get("skipped", 0))
    return passed, max(failed, int(ended.returncode != 0 and failed == 0))


def fuzz(seed: int) -> tuple[int, int]:
    """Counts as one, whatever its targets: it prints a closing line of its own."""
    ended = subprocess.run([sys.executable, "-m", "tests.endurance.fuzz", "--seed", str(seed)], check=False)
    return (0, 1) if ended.returncode else (1, 0)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.endurance")
    parser.add_argument("parts", nargs="*", metavar="NAME", help=", ".join(PARTS))
    parser.add_argument("--hours", type=int, default=24)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(1, 1_000_000))
    parser.add_argument("--stride", type=int, default=27)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    wanted = parser.parse_args()
    parts = [part for part in PARTS if not wanted.parts or part in wanted.parts]
    if "kills" in parts and "counting" not in parts:
        parts.insert(0, "counting")
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="bot-endurance-") as folder:
        os.environ |= {
            "ENDURANCE_COUNTS": folder,
            "ENDURANCE_HOURS": str(wanted.hours),
            "ENDURANCE_SEED": str(wanted.seed),
            "ENDURANCE_STRIDE": str(wanted.stride),
            "ENDURANCE_EACH": str(wanted.each),
        }
        for part in parts:
            print(f"— {part} —", flush=True)
            more_passed, more_failed = (
                fuzz(wanted.seed) if part == "fuzz" else run(part, Path(folder), wanted.processes)
            )
            passed, failed = passed + more_passed, failed + more_failed
    print(f"endurance: {passed} passed, {failed} failed, seed {wanted.seed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
