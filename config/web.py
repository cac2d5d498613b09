"""The web process: uvicorn with the options that every console wants, our logs, and an end that counts as one.

`python -m config.web`, with HOST and PORT; several may run behind a proxy.
"""

import argparse
import os
import signal

import uvicorn

GRACE = 3  # seconds for answers under way; open streams would last minutes, and their readers reconnect


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m config.web")
    parser.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1")
    parser.add_argument("--port", type=int, default=os.environ.get("PORT") or "8000")
    parser.add_argument("--fd", type=int, help="a listening socket that this process inherits")
    asked = parser.parse_args()
    # uvicorn stops in good order and then raises the signal again, so that asking it to stop would look like a crash.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.run(
        "config.asgi:application",
        host=asked.host,
        port=asked.port,
        fd=asked.fd,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


if __name__ == "__main__":
    main()
