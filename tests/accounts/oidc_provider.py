"""A little OpenID provider on loopback: it vouches for whomever a test says, and checks what a client must send."""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, parse_qsl, urlsplit

import jwt

CLIENT, SECRET = "leitstelle", "the-secret-of-the-client-0123456789abcdef"


@dataclass
class Provider:
    """`asked`: the paths that were called, in order."""

    address: str = ""
    codes: dict[str, dict] = field(default_factory=dict)
    tokens: dict[str, dict] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_broken: bool = False

    def vouch(self, location: str, **claims: object) -> dict[str, str]:
        """What the browser brings back after `claims` signed in at the address it was sent to."""
        asked = dict(parse_qsl(urlsplit(location).query))
        assert (asked["client_id"], asked["response_type"]) == (CLIENT, "code")
        code = secrets.token_urlsafe(8)
        self.codes[code] = {"claims": claims, "challenge": asked["code_challenge"]}
        return {"code": code, "state": asked["state"]}

    def configuration(self) -> dict[str, object]:
        names = ("authorization", "token", "userinfo")
        endpoints = {f"{name}_endpoint": f"{self.address}/{name}" for name in names}
        return endpoints | {"issuer": self.address, "jwks_uri": f"{self.address}/keys"}

    def token(self, sent: dict[str, list[str]]) -> dict[str, object]:
        row = self.codes.pop(sent["code"][0])
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == row["challenge"]
        assert sent["client_secret"] == [SECRET]
        token, now = secrets.token_urlsafe(8), int(time.time())
        self.tokens[token] = row["claims"]
        claims = row["claims"] | {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60}
        return {"access_token": token, "token_type": "Bearer", "id_token": jwt.encode(claims, SECRET)}


@contextmanager
def running_provider() -> Iterator[Provider]:
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.asked.append(self.path)
            if self.path == "/userinfo":
                bearer = self.headers["Authorization"].removeprefix("Bearer ")
                return self.answer(provider.tokens[bearer])
            return self.answer(provider.configuration())

        def do_POST(self) -> None:
            provider.asked.append(self.path)
            sent = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.answer(provider.token(sent))

        def answer(self, content: dict[str, object]) -> None:
            body = json.dumps(content).encode()
            self.send_response(500 if provider.is_broken else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
