"""An OpenID Connect provider of our own, over real HTTP: discovery, authorize, token, keys, userinfo.

It does what a good provider does (PKCE, client secret, one use of a code, RS256). A test changes what it tells.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "rolzuiver"
SECRET = "geheim-van-de-aanbieder"


KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass
class Provider:
    """`claims` go over what the identity token would say, `userinfo` is what that page says beside `sub`."""

    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    signs_with: rsa.RSAPrivateKey = KEY
    without_signature: bool = False
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def __enter__(self) -> "Provider":
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._get(self)

            def do_POST(self) -> None:
                provider._post(self)

            def log_message(self, format: str, *args: Any) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/organisatie"

    def _get(self, handler: BaseHTTPRequestHandler) -> None:
        address = urlsplit(handler.path)
        page = address.path.removeprefix("/organisatie")
        self.asked.append(page)
        match page:
            case "/.well-known/openid-configuration":
                _say(handler, 200, self._discovery() | self.discovery)
            case "/authorize":
                self._authorize(handler, dict(parse_qsl(address.query)))
            case "/keys":
                public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
                _say(handler, 200, {"keys": [public | {"kid": "een", "use": "sig"}]})
            case "/userinfo" if handler.headers["Authorization"] == "Bearer sleutel":
                _say(handler, 200, {"sub": "p-1"} | self.userinfo)
            case _:
                _say(handler, 404, {})

    def _post(self, handler: BaseHTTPRequestHandler) -> None:
        body = handler.rfile.read(int(handler.headers["Content-Length"])).decode()
        given = {name: values[0] for name, values in parse_qs(body).items()}
        self.asked.append("/token")
        question = self.codes.pop(given.get("code", ""), None)
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT, SECRET):
            _say(handler, 401, {"error": "invalid_client"})
        elif question is None or question["redirect_uri"] != given.get("redirect_uri"):
            _say(handler, 400, {"error": "invalid_grant"})
        elif question["code_challenge"] != _challenge(given.get("code_verifier", "")):
            _say(handler, 400, {"error": "invalid_grant", "error_description": "PKCE"})
        else:
            token = self._identity_token(question["nonce"])
            _say(handler, 200, {"access_token": "sleutel", "token_type": "Bearer", "id_token": token})

    def _discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }

    def _authorize(self, handler: BaseHTTPRequestHandler, question: dict[str, str]) -> None:
        """Whoever asks has signed in already, and agrees."""
        assert question["response_type"] == "code"
        assert question["code_challenge_method"] == "S256"
        assert "openid" in question["scope"].split()
        code = secrets.token_urlsafe()
        self.codes[code] = question
        handler.send_response(302)
        answer = urlencode({"code": code, "state": question["state"]})
        handler.send_header("Location", f"{question['redirect_uri']}?{answer}")
        handler.end_headers()

    def _identity_token(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": "p-1", "iat": now, "exp": now + 60, "nonce": nonce}
        claims |= self.claims
        if self.without_signature:
            return jwt.encode(claims, "", algorithm="none", headers={"kid": "een"})
        return jwt.encode(claims, self.signs_with, algorithm="RS256", headers={"kid": "een"})


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _say(handler: BaseHTTPRequestHandler, status: int, content: dict[str, Any]) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    handler.wfile.write(json.dumps(content).encode())
