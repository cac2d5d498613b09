"""`python -m config.local run`: what `make run` does once everything is installed."""

import argparse
import sys

from config.local.console import run
from config.local.refusal import Refusal
from config.local.supervise import Stop


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m config.local", description=__doc__)
    parser.add_argument("command", choices=["run"])
    parser.parse_args()
    try:
        run()
    except Stop:
        return 0
    except Refusal as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
