"""How a gateway for text messages is spoken to: its request by placeholders, its signature, its answers. Pure.

A format is data: whoever looks after the machine writes one for the county's gateway; those of two public providers
ship with their documented fields (Aliyun: SendSms, RPC style, HMAC-SHA1; Tencent Cloud: tlssmssvr/sendsms, SHA-256)
and codes (Aliyun: 国内消息API错误码; Tencent Cloud: 短信 错误码). A limit of one number holds up nobody else.
"""

import hashlib
import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.notify.channels.rules.ways import Meaning, Refused
from shared.calls.places import unsendable
from shared.documents import read_document
from shared.errors import Invalid

PLACE = re.compile(r"\{(\w{1,20})\}")
PLACES = (
    "phone",  # of whom it goes to
    "text",  # what it says, with the signature before it
    "title",
    "number",  # 编号, the same however often it is sent
    "key",
    "secret",
    "signature",  # the name that stands in 【】
    "template",  # its number with the operator
    "time",  # seconds since 1970
    "millis",
    "utc",  # 2025-03-03T01:02:03Z
    "nonce",
    "canonical",  # the fields of a form but for the signature, sorted and escaped (RFC 3986)
    "body",  # the whole body but for the signature
    "sign",
)
NOT_IN_HEADERS = ("text", "title", "signature", "body")  # they are Chinese, which no header can carry
Text = Annotated[str, StringConstraints(max_length=500)]
DEPTH_MAX = 6


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Sign(_Strict):
    """What is signed, by what, with which key, written how."""

    over: Text
    by: Literal["md5", "sha1", "sha256", "hmac-sha1", "hmac-sha256"]
    key: Text = "{secret}"
    written: Literal["hex", "base64"] = "hex"


class Said(_Strict):
    """Where in the answer (a path of names and numbers, by dots) stands what, and what it is when it was taken."""

    at: Text
    taken: Text
    busy: list[Text] = Field(default_factory=list)
    refused: list[Text] = Field(default_factory=list)  # codes by which the number itself is refused
    later: list[Text] = Field(default_factory=list)  # codes by which this number alone gets no more for a while
    unsure: list[Text] = Field(default_factory=list)  # codes by which it may have gone
    already: list[Text] = Field(default_factory=list)  # codes, or a status, by which it has had this very number before


class Format(_Strict):
    """A gateway's request and its answer. In JSON a piece that begins with # is a number."""

    address: Annotated[str, StringConstraints(min_length=8, max_length=500)]
    shape: Literal["form", "json"]
    body: dict[str, Any]
    headers: dict[str, Text] = Field(default_factory=dict)
    sign: Sign | None = None
    answer: Said


def read_format(text: str) -> Format:
    """A format from its text (YAML), or Invalid: it names what is wrong."""
    found = read_document(text, Format, title="短信网关的格式")
    unknown = sorted(set(PLACE.findall(json.dumps(found.model_dump(), ensure_ascii=False))) - set(PLACES))
    if unknown:
        raise Invalid(f"短信网关的格式里不认识 {{{unknown[0]}}}。可以用：{'、'.join(PLACES)}。", field="format")
    if "{phone}" not in json.dumps(found.body):
        raise Invalid("短信网关的格式里没有 {phone}：不知道发给谁。", field="format")
    if wrong := _head_wrong(found):
        raise Invalid(wrong, field="format")
    return found


def _head_wrong(form: Format) -> str | None:
    """What of its address or its headers cannot be sent, as a sentence."""
    if sign := unsendable(form.address):
        return f"短信网关的地址里有不能发送的字符“{sign}”，请改正。"
    for name, value in form.headers.items():
        if not name or ":" in name or unsendable(name) or not (value.isascii() and value.isprintable()):
            return f"短信网关的请求头 {name}：只能用英文字母、数字和符号。"
        if chinese := [place for place in PLACE.findall(value) if place in NOT_IN_HEADERS]:
            return f"短信网关的请求头 {name} 里不能写 {{{chinese[0]}}}：请求头带不了汉字，请写在 body 里。"
    return None


# --- the request ---


@dataclass(frozen=True)
class Request:
    """An address, headers and a body, filled in."""

    address: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def filled(form: Format, values: Mapping[str, str]) -> Request:
    """The request for these values. What is typed into a form or an address is escaped; in JSON nothing need be."""
    unsigned = _unsigned(form.body)
    known = dict(values)
    if form.shape == "form":
        known["canonical"] = _escaped({name: _put(text, known) for name, text in unsigned.items()})
        known["body"] = known["canonical"]
    else:
        known["body"] = _as_json(_deep(unsigned, lambda text: _put(text, known)))
    if form.sign is not None:
        known["sign"] = signed(form.sign, known)
    address = _put(form.address, {name: quote(value, safe="") for name, value in known.items()})
    headers = {name: _put(text, known) for name, text in form.headers.items()}
    if form.shape == "form":
        body = _escaped({name: _put(str(text), known) for name, text in form.body.items()})
        return Request(address, body.encode(), {"Content-Type": "application/x-www-form-urlencoded", **headers})
    whole = _deep(form.body, lambda text: _put(text, known))
    return Request(address, _as_json(whole).encode(), {"Content-Type": "application/json; charset=utf-8", **headers})


def signed(sign: Sign, values: Mapping[str, str]) -> str:
    """The signature over what the format says."""
    over, key = _put(sign.over, {**values, "canonical": quote(values.get("canonical", ""), safe="")}), sign.key
    kind, _, digest = sign.by.rpartition("-")
    if kind:
        made = hmac.digest(_put(key, values).encode(), over.encode(), digest)
    else:
        made = hashlib.new(digest, over.encode(), usedforsecurity=False).digest()
    return made.hex() if sign.written == "hex" else b64encode(made).decode()


def _put(text: str, values: Mapping[str, str]) -> str:
    """A text with its places filled in, each once: what was filled in is not read again."""
    return PLACE.sub(lambda place: values.get(place[1], place[0]), str(text))


def _unsigned(body: dict[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in body.items() if "{sign}" not in str(text)}


def _escaped(fields: Mapping[str, str]) -> str:
    """As RFC 3986 has it, in the order of the names."""
    return "&".join(f"{quote(name, safe='~')}={quote(fields[name], safe='~')}" for name in sorted(fields))


def _deep(body: Any, put: Callable[[str], str], depth: int = DEPTH_MAX) -> Any:  # noqa: ANN401  JSON, as it comes
    if isinstance(body, dict) and depth:
        return {name: _deep(each, put, depth - 1) for name, each in body.items()}
    if isinstance(body, list) and depth:
        return [_deep(each, put, depth - 1) for each in body]
    if isinstance(body, str):
        text = put(body)
        number = body.startswith("#") and text[1:].isdecimal()
        return int(text[1:]) if number else text
    return body


def _as_json(body: Any) -> str:  # noqa: ANN401  JSON, as it comes
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


# --- the answer ---

UNWANTED = (
    "短信网关拒绝了，代码 {code}：请按这个代码在服务商的帮助里查原因，多半是签名、模板、余额或者密钥。改正后自己再发。"
)


def refusal(said: Said, answer: Any) -> Refused | None:  # noqa: ANN401  JSON, as it comes
    """What an answer means; None: it was taken. LookupError or TypeError where it says nothing of the kind."""
    found = answer
    for part in said.at.split("."):
        found = found[int(part)] if isinstance(found, list) and part.isdecimal() else found[part]
    if not isinstance(found, str | int):
        raise TypeError
    code = str(found)
    if code == said.taken or code in said.already:
        return None
    if code in said.busy:
        return Refused(Meaning.BUSY, f"短信网关嫌太快（代码 {code}），过一会儿自己再发。", 60)
    if code in said.later:
        return Refused(Meaning.LATER, f"这个手机号今天收到的太多（代码 {code}），过一会儿自己再发。")
    if code in said.unsure:
        return Refused(Meaning.UNSURE, f"短信网关没有说清发没发出（代码 {code}）。")
    if code in said.refused:
        return Refused(Meaning.HIS, f"这个手机号收不到短信（代码 {code}）：请核对号码。")
    return Refused(Meaning.OURS, UNWANTED.format(code=_legible(code)))


def _legible(code: str) -> str:
    """So much of a code as is shown; what the database cannot hold, such as NUL, is put another way."""
    return "".join(sign if sign.isprintable() else "?" for sign in code[:60])


ALIYUN = """\
address: https://dysmsapi.aliyuncs.com/
shape: form
body:
  AccessKeyId: "{key}"
  Action: SendSms
  Format: JSON
  PhoneNumbers: "{phone}"
  RegionId: cn-hangzhou
  SignName: "{signature}"
  Signature: "{sign}"
  SignatureMethod: HMAC-SHA1
  SignatureNonce: "{nonce}"
  SignatureVersion: "1.0"
  TemplateCode: "{template}"
  TemplateParam: '{"number":"{number}"}'
  Timestamp: "{utc}"
  Version: "2017-05-25"
sign: {over: "POST&%2F&{canonical}", by: hmac-sha1, key: "{secret}&", written: base64}
answer:
  at: Code
  taken: OK
  busy: [Throttling.User]
  later: [isv.BUSINESS_LIMIT_CONTROL, isv.BLACK_KEY_CONTROL_LIMIT]
  refused: [isv.MOBILE_NUMBER_ILLEGAL]
"""
TENCENT = """\
address: https://yun.tim.qq.com/v5/tlssmssvr/sendsms?sdkappid={key}&random={nonce}
shape: json
body:
  ext: ""
  extend: ""
  params: ["{number}"]
  sig: "{sign}"
  sign: "{signature}"
  tel: {mobile: "{phone}", nationcode: "86"}
  time: "#{time}"
  tpl_id: "#{template}"
sign: {over: "appkey={secret}&random={nonce}&time={time}&mobile={phone}", by: sha256}
answer:
  at: result
  taken: "0"
  busy: ["1013"]
  later: ["1023", "1024", "1025", "1026"]
  refused: ["1015", "1016"]
  unsure: ["1008", "60008"]
"""
COUNTY = """\
address: http://10.0.0.1:8080/sms
shape: json
headers: {X-Key: "{key}", X-Time: "{time}", X-Sign: "{sign}"}
body: {to: "{phone}", text: "{text}", id: "{number}"}
sign: {over: "{time}\\n{body}", by: hmac-sha256}
answer: {at: code, taken: "0", already: ["409"]}
"""
SHIPPED: Mapping[str, tuple[str, str]] = {
    "aliyun": ("阿里云短信", ALIYUN),
    "tencent": ("腾讯云短信", TENCENT),
    "county": ("其他网关", COUNTY),
}
