"""Providers on loopback that say who somebody is: an OpenID provider, and the applications of WeCom and DingTalk."""

import hmac
import json
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "xiaozu", "client-secret"
KNOWN = {"wecom": "LanXi", "dingtalk": "manager4220", "oidc": "a-1"}  # as whom each knows whoever comes


@dataclass
class Elsewhere:
    """What it was asked, whom it names, and how it goes wrong: `fault`."""

    port: int = 0
    who: str = "a-1"
    fault: str = ""
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)  # with what each was asked for
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "first"}))
    back: str = ""  # where the last one was sent back to
    tokens: int = 0  # how often an application fetched its own

    @property
    def place(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]

    def says_yes(self, address: str) -> dict[str, str]:
        """Whoever stands at its page lets himself be named: what the browser is sent back with."""
        parts = urlsplit(address)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        code = f"code-{len(self.codes)}"
        self.codes[code], self.back = asked, urlsplit(asked["redirect_uri"]).path
        return {"authCode" if parts.path == "/oauth2/auth" else "code": code, "state": asked["state"]}

    def rotate(self) -> None:
        """It signs with another key from now on, and publishes only that."""
        self.key = RSAKey.generate_key(2048, {"kid": "second"})


def id_token(provider: Elsewhere, asked: dict[str, str]) -> str:
    """What is said of whoever came, wrong as `fault` says."""
    now, fault = int(time.time()), provider.fault
    claims: dict[str, Any] = {
        "iss": provider.place if fault != "issuer" else "https://evil.example.org",
        "aud": CLIENT if fault != "audience" else "another",
        "sub": provider.who,
        "exp": now + 300 if fault != "expired" else now - 300,
        "iat": now,
        "nonce": asked["nonce"] if fault != "nonce" else "another",
    }
    claims |= {"name": "兰溪", "preferred_username": "lanxi"} if "profile" in asked["scope"].split() else {}
    if fault == "no nonce":
        del claims["nonce"]
    if fault == "several audiences":
        claims["aud"] = [CLIENT, "another"]
    if fault == "none":
        return f"{encoded({'alg': 'none'})}.{encoded(claims)}."
    if fault == "shared secret":
        said = f"{encoded({'alg': 'HS256', 'kid': 'first'})}.{encoded(claims)}"
        signed = hmac.digest(provider.key.as_pem(private=False), said.encode(), "sha256")
        return f"{said}.{plain(signed)}"
    key = RSAKey.generate_key(2048, {"kid": "first"}) if fault == "another key" else provider.key
    return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)


def encoded(part: dict[str, Any]) -> str:
    return plain(json.dumps(part).encode())


def plain(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")


def challenge_of(verifier: str) -> str:
    return plain(sha256(verifier.encode()).digest())


def openid(provider: Elsewhere, path: str, asked: dict[str, Any], headers: Any) -> dict[str, Any] | None:
    """What an OpenID provider answers; None where it is none of its addresses."""
    place = provider.place
    if path == "/.well-known/openid-configuration":
        issuer = place if provider.fault != "another issuer" else "https://another.example.org"
        keys = f"{place}/keys" if provider.fault != "keys elsewhere" else "http://10.0.0.1/keys"
        return {
            "token_endpoint_auth_methods_supported": None
            if provider.fault == "odd fields"
            else ["client_secret_basic"],
            **({} if provider.fault == "no names" else {"scopes_supported": ["openid", "profile"]}),
            "issuer": issuer,
            "authorization_endpoint": f"{place}/authorize",
            "token_endpoint": f"{place}/token",
            "jwks_uri": keys,
        }
    if path == "/keys":
        return KeySet([provider.key]).as_dict(private=False)
    if path == "/token":
        begun = provider.codes.pop(asked["code"], None)
        client = b64decode(headers["Authorization"].partition(" ")[2]).decode()
        if unquote(client) != f"{CLIENT}:{SECRET}":
            return {"error": "invalid_client"}
        if (
            provider.fault == "odd fields"
            or begun is None
            or begun["code_challenge"] != challenge_of(asked["code_verifier"])
        ):
            return {"error": ["invalid_grant"] if provider.fault == "odd fields" else "invalid_grant"}
        return {"access_token": "x", "token_type": "Bearer", "id_token": id_token(provider, begun)}
    return None


def application(provider: Elsewhere, path: str, asked: dict[str, Any], headers: Any) -> dict[str, Any] | None:
    """What WeCom and DingTalk answer, as their pages document it; None where it is none of their addresses."""
    found = {
        "/cgi-bin/gettoken": own_token,
        "/gettoken": own_token,
        "/v1.0/oauth2/userAccessToken": his_token,
        "/v1.0/contact/users/me": his_union,
        "/cgi-bin/auth/getuserinfo": his_number,
        "/cgi-bin/user/get": his_name,
        "/topapi/user/getbyunionid": his_number,
    }.get(path)
    return found(provider, path, asked) if found else None


def own_token(provider: Elsewhere, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    if asked.get("corpsecret", asked.get("appsecret")) != SECRET:
        return {"errcode": 40001, "errmsg": "invalid credential"}
    provider.tokens += 1
    return {"errcode": 0, "errmsg": "ok", "access_token": f"token-{provider.tokens}", "expires_in": 7200}


def his_token(provider: Elsewhere, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    if provider.codes.pop(asked["code"], None) is None or asked["clientSecret"] != SECRET:
        return {"code": "invalidParameter.authCode.notFound", "message": "不合法的临时授权码"}
    return {"accessToken": "of-him", "refreshToken": "x", "expireIn": 7200, "corpId": "corpxxxx"}


def his_union(provider: Elsewhere, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    return {"nick": "岚", "unionId": "union-1", "openId": "x"}


def his_number(provider: Elsewhere, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    if asked["access_token"] != f"token-{provider.tokens}" or provider.fault == "token spent":
        provider.fault = ""
        if "topapi" in path:
            return {"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token", "errmsg": "ding talk error"}
        return {"errcode": 42001, "errmsg": "access_token expired"}
    if path == "/topapi/user/getbyunionid":
        return {"errcode": 0, "errmsg": "ok", "result": {"contact_type": 0, "userid": provider.who}}
    if provider.codes.pop(asked["code"], None) is None:
        return {"errcode": 40029, "errmsg": "invalid code"}
    if provider.fault == "not of the office":
        return {"errcode": 0, "errmsg": "ok", "openid": "OPENID"}
    return {"errcode": 0, "errmsg": "ok", "userid": provider.who, "user_ticket": "x"}


def his_name(provider: Elsewhere, path: str, asked: dict[str, Any]) -> dict[str, Any]:
    if provider.fault == "no names":
        return {"errcode": 60011, "errmsg": "no privilege to access/modify contact/party/agent"}
    return {"errcode": 0, "errmsg": "ok", "userid": asked["userid"], "name": "兰溪"}


class Talk(BaseHTTPRequestHandler):
    provider: Elsewhere

    def do_GET(self) -> None:
        self.answer({})

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "json" in self.headers["Content-Type"]:
            self.answer(json.loads(raw))
        else:
            self.answer({name: values[0] for name, values in parse_qs(raw).items()})

    def answer(self, body: dict[str, Any]) -> None:
        parts, provider = urlsplit(self.path), self.provider
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()} | body
        provider.asked.append((parts.path, asked))
        if provider.fault in {"hang", "drip"}:
            self.stop(provider.fault)
            return
        status = {"302": 302, "500": 500, "429": 429}.get(provider.fault, 200)
        said: Any = openid(provider, parts.path, asked, self.headers)
        said = application(provider, parts.path, asked, self.headers) if said is None else said
        whole = json.dumps(said or {}).encode() if provider.fault != "nonsense" else b"<html>"
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", str(len(whole)))
        self.end_headers()
        self.wfile.write(whole)

    def stop(self, fault: str) -> None:
        self.close_connection = True
        until = time.monotonic() + 8
        while fault == "drip" and time.monotonic() < until:
            try:
                self.wfile.write(b"H")
            except OSError:
                return
            time.sleep(0.1)
        self.connection.settimeout(8)
        self.connection.recv(1)  # until the other side hangs up

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(provider: Elsewhere) -> ThreadingHTTPServer:
    """Answer on loopback; the caller shuts it down."""
    talk = type("Asked", (Talk,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), talk)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
