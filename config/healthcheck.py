"""`python -m config.healthcheck`: whether the web process of this container answers; loads next to nothing."""

import http.client
import os
import sys
from urllib.parse import urlsplit


def answers() -> bool:
    host = urlsplit(os.environ.get("PUBLIC_URL", "")).hostname or "localhost"  # one that ALLOWED_HOSTS knows
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT") or 8000), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(0 if answers() else 1)
