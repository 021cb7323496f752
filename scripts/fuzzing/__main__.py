"""`scripts/fuzz`: tries one reader for some time with input that grows out of a corpus, guided by the code
that it reaches (libFuzzer, by atheris). Ends with a status other than 0 where something but a coded refusal
came out, or one input took more than ten seconds; that input is then in `var/fuzz`.
"""

import argparse
import sys
from pathlib import Path

import atheris

HANGS_S = 10
MEMORY_MB = 4096  # what a sandbox has
ROOT = Path(__file__).parents[2]

with atheris.instrument_imports(include=["api", "shared", "PIL", "aiormq", "pamqp"]):
    from scripts.fuzzing.corpus import corpus
    from scripts.fuzzing.targets import TARGETS


def main() -> None:
    parser = argparse.ArgumentParser(prog="scripts/fuzz", description=__doc__)
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--seconds", type=int, default=60)
    given = parser.parse_args()
    folder = ROOT / "var" / "fuzz" / given.target
    found = folder / "corpus"
    found.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(corpus(given.target)):
        (found / f"seed-{number}").write_bytes(seed)
    options = [
        f"-max_total_time={given.seconds}",
        f"-timeout={HANGS_S}",
        f"-rss_limit_mb={MEMORY_MB}",
        f"-artifact_prefix={folder}/",
        "-max_len=65536",
        "-verbosity=1",
    ]
    atheris.Setup([sys.argv[0], *options, str(found)], TARGETS[given.target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
