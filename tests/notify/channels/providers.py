"""Providers on loopback, as their pages document them: fields, signatures, codes and limits. Nothing leaves the machine."""

import hashlib
import hmac
import json
import threading
import time
from base64 import b64encode
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

KEY = "693a91f6-7aoc-4bc4-97a0-0ec2sifa5aaa"
SECRETS = {"wecom_robot": "", "dingtalk_robot": "SEC" + "a1" * 32, "feishu_robot": "feishu-signing-secret"}
ADDRESSES = {
    "wecom_robot": f"/cgi-bin/webhook/send?key={KEY}",
    "dingtalk_robot": "/robot/send?access_token=" + "ab" * 32,
    "feishu_robot": f"/open-apis/bot/v2/hook/{KEY}",
}
# What each says when it has taken a message, when it is asked too often, and when it does not know the address.
TAKEN = {
    "wecom_robot": {"errcode": 0, "errmsg": "ok"},
    "dingtalk_robot": {"errcode": 0, "errmsg": "ok"},
    "feishu_robot": {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"},
}
TOO_FAST = {
    "wecom_robot": {"errcode": 45009, "errmsg": "api freq out of limit"},
    "dingtalk_robot": {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"},
    "feishu_robot": {"code": 11232, "msg": "frequency limited psm"},
}
GONE = {
    "wecom_robot": {"errcode": 93000, "errmsg": "invalid webhook url"},
    "dingtalk_robot": {"errcode": 300001, "errmsg": "token is not exist"},
    "feishu_robot": {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"},
}
UNSIGNED = {
    "dingtalk_robot": {"errcode": 310000, "errmsg": "sign not match, more: [https://ding-doc.dingtalk.com]"},
    "feishu_robot": {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"},
}


# Gateways for text messages: by the path, the key and the codes of each.
SMS = {"/": "aliyun", "/v5/tlssmssvr/sendsms": "tencent", "/sms": "county"}
SMS_SECRET = "gateway-secret"
SMS_SAID = {
    "aliyun": {
        "": ("Code", "OK"),
        "too_fast": ("Code", "isv.BUSINESS_LIMIT_CONTROL"),
        "gone": ("Code", "SignatureDoesNotMatch"),
        "busy": ("Code", "Throttling.User"),
        "number": ("Code", "isv.MOBILE_NUMBER_ILLEGAL"),
    },
    "tencent": {
        "": ("result", 0),
        "too_fast": ("result", 1023),
        "gone": ("result", 1001),
        "number": ("result", 1016),
        "timed_out": ("result", 60008),
    },
    "county": {"": ("code", 0), "too_fast": ("code", "busy"), "gone": ("code", 7), "number": ("code", "nobody")},
}


@dataclass
class Provider:
    """What providers were sent, and how each answers next: `faults` by its kind, used up from the front."""

    port: int = 0
    faults: dict[str, list[str]] = field(default_factory=dict)
    posts: list[tuple[str, dict]] = field(default_factory=list)  # what they took, with their kinds
    asked: int = 0
    last: str = ""  # to whom it went
    tokens: int = 0  # how often an application fetched its own
    result: str = ""  # how the last message by DingTalk's application went

    @property
    def place(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def address(self, kind: str) -> str:
        return self.place + ADDRESSES[kind]


def kind_of(path: str) -> str:
    if path in SMS | APPS:
        return (SMS | APPS)[path]
    return next(kind for kind, known in ADDRESSES.items() if path == urlsplit(known).path)


def signed(kind: str, query: dict, body: dict) -> bool:
    """Whether the signature is the one that the provider's page describes."""
    secret = SECRETS[kind]
    if kind == "dingtalk_robot":
        stamp = query.get("timestamp", [""])[0]
        made = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), "sha256").digest()
        return abs(time.time() * 1000 - float(stamp or 0)) < 3_600_000 and query.get("sign") == [
            b64encode(made).decode()
        ]
    if kind == "feishu_robot":
        stamp = body.get("timestamp", "")
        made = hmac.new(f"{stamp}\n{secret}".encode(), b"", "sha256").digest()
        return abs(time.time() - float(stamp or 0)) < 3_600 and body.get("sign") == b64encode(made).decode()
    return True


def signed_text(kind: str, query: dict, body: dict) -> bool:
    """Whether the signature over a text message is the one that the provider's page describes."""
    if kind == "aliyun":
        names = sorted(name for name in body if name != "Signature")
        over = "&".join(f"{quote(name, safe='~')}={quote(body[name], safe='~')}" for name in names)
        made = hmac.new(f"{SMS_SECRET}&".encode(), f"POST&%2F&{quote(over, safe='~')}".encode(), "sha1").digest()
        return body["Signature"] == b64encode(made).decode() and body["Action"] == "SendSms"
    if kind == "tencent":
        over = f"appkey={SMS_SECRET}&random={query['random'][0]}&time={body['time']}&mobile={body['tel']['mobile']}"
        return body["sig"] == hashlib.sha256(over.encode()).hexdigest() and isinstance(body["tpl_id"], int)
    over = f"{body['stamp']}\n{body['raw']}"
    return body["signed"] == hmac.new(SMS_SECRET.encode(), over.encode(), "sha256").hexdigest()


# Applications that write to a person: what each is asked for by which path, its secret, and how it goes wrong.
APP_SECRET = "app-secret"
APPS = {"/cgi-bin/message/send": "wecom_app", "/topapi/message/corpconversation/asyncsend_v2": "dingtalk_app"}
RESULT = "/topapi/message/corpconversation/getsendresult"
TOKENS = {"/cgi-bin/gettoken": "corpsecret", "/gettoken": "appsecret"}
APP_SAID = {
    "wecom_app": {
        "": {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "xxxx"},
        "too_fast": {"errcode": 45009, "errmsg": "api freq out of limit"},
        "gone": {"errcode": 301002, "errmsg": "no permission to use this agentid"},
        "spent": {"errcode": 42001, "errmsg": "access_token expired"},
        "nobody": {"errcode": 81013, "errmsg": "user & party & tag all invalid"},
        "not_him": {"errcode": 0, "errmsg": "ok", "invaliduser": "his-number"},
        "unlicensed": {"errcode": 0, "errmsg": "ok", "invaliduser": "", "unlicenseduser": "his-number"},
    },
    "dingtalk_app": {
        "": {"errcode": 0, "errmsg": "ok", "task_id": 256271667526, "request_id": "x"},
        "too_fast": {"errcode": 143103, "errmsg": "企业单应用消息发送人次QPM超限"},
        "gone": {"errcode": 88, "sub_code": "60011", "sub_msg": "没有调用该接口的权限", "errmsg": "ding talk error"},
        "spent": {"errcode": 88, "sub_code": "40014", "sub_msg": "不合法的access_token", "errmsg": "ding talk error"},
        "nobody": {"errcode": 33012, "errmsg": "无效的USERID"},
    },
}
FORBIDDEN = {"daily": "143105", "already": "143106"}


def answer_of_apps(provider: "Provider", kind: str, fault: str, body: dict) -> tuple[int, dict, bytes]:
    """The same of an application. What DingTalk has taken it says only when it is asked for."""
    provider.result, provider.last = fault, body.get("userid_list", "")
    said = APP_SAID[kind].get(fault, APP_SAID[kind][""])
    if said["errcode"] == 0 and fault not in {"not_him", "unlicensed", "failed", "daily", "already"}:
        provider.posts.append((kind, body))
    return 200, {}, json.dumps(said).encode()


def result_of(provider: "Provider") -> bytes:
    """What became of the last one."""
    lists: dict[str, list] = {"unread_user_id_list": [provider.last]}
    if provider.result == "not_him":
        lists = {"invalid_user_id_list": ["his-number"]}
    elif provider.result == "failed":
        lists = {"failed_user_id_list": ["his-number"]}
    elif provider.result in FORBIDDEN:
        forbidden = {"code": FORBIDDEN[provider.result], "count": 500, "userid": "his-number"}
        lists = {"forbidden_user_id_list": ["his-number"], "forbidden_list": [forbidden]}
    elif provider.result == "slow":
        lists = {"unread_user_id_list": [], "read_user_id_list": []}
    return json.dumps({"errcode": 0, "errmsg": "ok", "send_result": lists}).encode()


ODD = {"huge": b"x" * 200_000, "nonsense": b"<html>"}


def answer_of_texts(provider: Provider, kind: str, fault: str, query: dict, body: dict) -> tuple[int, dict, bytes]:
    """The same of a gateway for text messages; Aliyun refuses with 400."""
    if not fault and not signed_text(kind, query, body):
        fault = "gone"
    if not fault:
        provider.posts.append((kind, body))
    name, code = SMS_SAID[kind][fault]
    return 400 if kind == "aliyun" and fault else 200, {}, json.dumps({name: code}).encode()


def answer_of(provider: Provider, kind: str, query: dict, body: dict) -> tuple[int, dict, bytes]:
    """Status, headers and body of an answer; a fault by its name."""
    faults = provider.faults.get(kind)
    fault = faults.pop(0) if faults else ""
    if fault in SMS_SAID.get(kind, ()):
        return answer_of_texts(provider, kind, fault, query, body)
    if fault.isdecimal():
        return int(fault), {"Retry-After": "90", "Location": "http://169.254.169.254/"}, b"{}"
    if fault in ODD:
        return 200, {}, ODD[fault]
    return (
        answer_of_apps(provider, kind, fault, body)
        if kind in APP_SAID
        else of_robots(provider, kind, fault, query, body)
    )


def of_robots(provider: Provider, kind: str, fault: str, query: dict, body: dict) -> tuple[int, dict, bytes]:
    """The same of a robot."""
    if fault in {"too_fast", "gone"}:
        return 200, {}, json.dumps({"too_fast": TOO_FAST, "gone": GONE}[fault][kind]).encode()
    if not signed(kind, query, body):
        return 200, {}, json.dumps(UNSIGNED[kind]).encode()
    provider.posts.append((kind, body))
    return 200, {}, json.dumps(TAKEN[kind]).encode()


class Talk(BaseHTTPRequestHandler):
    provider: Provider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        wanted = parse_qs(parts.query)[TOKENS[parts.path]] == [APP_SECRET]
        self.provider.tokens += wanted
        token = {"errcode": 0, "access_token": f"token-{self.provider.tokens}", "expires_in": 7200}
        self.say(200, {}, json.dumps(token if wanted else {"errcode": 40001, "errmsg": "invalid secret"}).encode())

    def do_POST(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == RESULT:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.say(200, {}, result_of(self.provider))
            return
        raw = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if "form" in self.headers["Content-Type"]:
            body = {name: values[0] for name, values in parse_qs(raw, keep_blank_values=True).items()}
        else:
            body = json.loads(raw)
        if parts.path == "/sms":
            body |= {"raw": raw, "stamp": self.headers["X-Time"], "signed": self.headers["X-Sign"]}
        self.provider.asked += 1
        kind = kind_of(parts.path)
        faults = self.provider.faults.get(kind)
        if faults and faults[0] in {"hang", "cut", "drip"}:
            self.provider.posts.append((kind, body))  # it has it, and does not say so
            self.stop(faults.pop(0))
            return
        self.say(*answer_of(self.provider, kind, parse_qs(parts.query), body))

    def say(self, status: int, headers: dict, said: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(said))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said)

    def stop(self, fault: str) -> None:
        self.close_connection = True
        if fault == "drip":
            for _ in range(100):
                try:
                    self.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1])
                except OSError:
                    return
                time.sleep(0.1)
        elif fault == "hang":
            self.connection.settimeout(5)
            self.connection.recv(1)  # until the other side hangs up

    def log_message(self, *_: object) -> None:
        """Nothing."""


def serve(provider: Provider) -> ThreadingHTTPServer:
    """Answer on loopback; the caller shuts it down."""
    talk = type("Asked", (Talk,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), talk)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return server
