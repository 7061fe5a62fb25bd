"""One target under libFuzzer: `python -m tests.endurance.fuzz_atheris TARGET SECONDS`; needs `pip install atheris`."""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bot", "messages", "storage", "handlers"]):
    from tests.endurance.fuzz_targets import SAMPLES, TARGETS


def main() -> None:
    name, seconds = sys.argv[1:3]
    corpus = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, sample in enumerate(SAMPLES[name]):
        (corpus / str(number)).write_bytes(sample)
    limits = [f"-max_total_time={seconds}", "-max_len=65536", "-timeout=20", "-rss_limit_mb=2048"]
    atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", str(corpus)], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
