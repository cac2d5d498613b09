"""`python -m config.local run`: what `make run` does once everything is installed."""

import argparse
import sys
from pathlib import Path

from config.local.console import run
from config.local.folder import reason
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
    except KeyboardInterrupt:  # before there was anything to stop
        return 0
    except Refusal as refusal:
        return say(str(refusal))
    except OSError as error:
        if error.filename is None:
            raise
        return say(reason(Path(error.filename), error))
    return 0


def say(sentence: str) -> int:
    print(f"\n{sentence}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
