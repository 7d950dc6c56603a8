"""The interfaces of WeCom's and DingTalk's applications, as far as they say who somebody is.

Fields and codes are those of the providers' own pages: WeCom, 获取access_token, 获取访问用户身份, 构造网页授权链接,
构造企业微信登录链接, 全局错误码; DingTalk, 获取登录用户的访问凭证, 获取用户通讯录个人信息,
根据unionid获取用户userid, 全局错误码.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from shared.access.openid import NotVerified
from shared.access.talks import Named, Partner, Talk, called
from shared.calls.held import Held
from shared.errors import Ambiguous

WECOM, DINGTALK = "wecom", "dingtalk"
OFFICIAL = {WECOM: "https://qyapi.weixin.qq.com", DINGTALK: "https://oapi.dingtalk.com"}
DINGTALK_API = "https://api.dingtalk.com"
PLACES = frozenset({*OFFICIAL.values(), DINGTALK_API})
# Where a browser is sent: in WeCom's own browser it knows at once who is there, elsewhere it shows a code to scan.
WECOM_INSIDE = ("https://open.weixin.qq.com", "/connect/oauth2/authorize")
WECOM_OUTSIDE = ("https://login.work.weixin.qq.com", "/wwlogin/sso/login")
DINGTALK_LOGIN = ("https://login.dingtalk.com", "/oauth2/auth")
SPENT = frozenset({40014, 42001, 40001})  # a token that is over, or was replaced
BY_ITS_OWN, CODES = 88, 10
CODE_SPENT = frozenset({40029, 40078})
Tokens = Callable[[str], str]
"""The application's token; its argument is one that is spent, if there is."""


@dataclass(frozen=True, slots=True)
class Token:
    """What an application shows for itself, and for how many seconds."""

    text: str
    seconds: int


def fetched(partner: Partner, talk: Talk) -> Token:
    """A fresh one. Raises Held with a sentence for the keeper."""
    if partner.kind == WECOM:
        query = {"corpid": partner.client, "corpsecret": partner.chosen["secret"]}
        said = talk.get(f"{partner.place}/cgi-bin/gettoken", query)
    else:
        query = {"appkey": partner.client, "appsecret": partner.chosen["secret"]}
        said = talk.get(f"{partner.place}/gettoken", query)
    if (code := code_of(said)) != 0:
        raise Held(why_no_token(partner, code), code)
    token, seconds = said.get("access_token"), said.get("expires_in")
    if not isinstance(token, str) or not token or type(seconds) is not int:
        raise Held(f"看不懂{partner.name}的答复，没有拿到凭证：请核对接口地址。")
    return Token(token, seconds)


def code_of(said: Mapping[str, Any]) -> int:
    """The code of an answer; -1 (busy, as both have it) where there is none. DingTalk's 88 has its own within."""
    code = said.get("errcode")
    inner = said.get("sub_code")
    if code == BY_ITS_OWN and isinstance(inner, str) and inner.isascii() and inner.isdecimal() and len(inner) < CODES:
        return int(inner)
    return code if type(code) is int else -1


NOT_TAKEN = "{name}不认应用的编号或者密钥（代码 {code}）：请在管理后台重新复制，再保存一次。"
ADDRESS_WRONG = "{name}不认这台机器的外网 IP：请在应用的设置里把它加进可信 IP（企业可信IP、服务器出口IP）。"
BUSY = "{name}的系统正忙（代码 {code}），过一会儿再试。"
OTHERWISE = "{name}拒绝了，代码 {code}。请按这个代码在它的帮助里查原因。"
ADDRESS_UNKNOWN = 60020
SECRETS_WRONG = frozenset({40001, 40013, 40056, 40082, 40089, 40091, 41004, 41002})


def why_no_token(partner: Partner, code: int) -> str:
    """Why there is no token, as a sentence."""
    if code in SECRETS_WRONG:
        return NOT_TAKEN.format(name=partner.name, code=code)
    if code == ADDRESS_UNKNOWN:
        return ADDRESS_WRONG.format(name=partner.name)
    return (BUSY if code in {-1, 45009, 90018} else OTHERWISE).format(name=partner.name, code=code)


# --- who is there ---


def address_for(partner: Partner, trip: Mapping[str, str], *, inside: bool) -> str:
    """Where a browser is sent to say who is there; `inside`: it is WeCom's own."""
    own, state = {"redirect_uri": partner.back}, {"state": trip["state"]}
    if partner.kind == DINGTALK:
        asked = {"response_type": "code", "client_id": partner.client, "scope": "openid", "prompt": "consent"}
        return _login(partner, DINGTALK_LOGIN, own | asked | state)
    agent = {"agentid": partner.chosen["agent"]}
    if inside:
        asked = {"appid": partner.client, "response_type": "code", "scope": "snsapi_base"}
        return _login(partner, WECOM_INSIDE, asked | own | state | agent) + "#wechat_redirect"
    return _login(partner, WECOM_OUTSIDE, {"login_type": "CorpApp", "appid": partner.client} | agent | own | state)


def _login(partner: Partner, at: tuple[str, str], query: Mapping[str, str]) -> str:
    """The provider's own page; where a gateway stands for it, the same page there."""
    place = at[0] if partner.place == OFFICIAL[partner.kind] else partner.place
    return f"{place}{at[1]}?{urlencode(query)}"


def named(partner: Partner, code: str, tokens: Tokens, talk: Talk, *, whole: bool) -> Named:
    """Whoever is there, by the user id that messages want; `whole`: with his name.

    Raises NotVerified, Held, Ambiguous.
    """
    nick = ""
    if partner.kind == WECOM:
        said = with_token(tokens, lambda token: _wecom_user(partner, token, code, talk))
        found = said.get("userid") or said.get("UserId")  # as the older interface spells it
    else:
        union, nick = _dingtalk_union(partner, code, talk)
        address = f"{partner.place}/topapi/user/getbyunionid"
        said = with_token(tokens, lambda token: talk.post(address, {"unionid": union}, {"access_token": token}))
        found = result.get("userid") if isinstance(result := said.get("result"), dict) else None
    if (refused := code_of(said)) in CODE_SPENT or (refused == 0 and not found):
        raise NotVerified  # not of this organisation, or a code that was used before
    if refused:
        raise Held(why_no_token(partner, refused), refused)
    if partner.kind == DINGTALK:
        return Named(str(found), called(nick))
    name = _wecom_name(partner, str(found), tokens, talk) if whole else ""
    return Named(str(found).lower(), called(name, str(found)))  # WeCom's are the same in capitals


def _wecom_name(partner: Partner, user: str, tokens: Tokens, talk: Talk) -> str:
    """A member's name, where the application may read it (读取成员); nobody is kept out for want of it."""
    address = f"{partner.place}/cgi-bin/user/get"
    try:
        said = with_token(tokens, lambda token: talk.get(address, {"access_token": token, "userid": user}))
    except (Held, Ambiguous):
        return ""
    return str(said.get("name") or "") if code_of(said) == 0 else ""


def _wecom_user(partner: Partner, token: str, code: str, talk: Talk) -> dict[str, Any]:
    return talk.get(f"{partner.place}/cgi-bin/auth/getuserinfo", {"access_token": token, "code": code})


def _dingtalk_union(partner: Partner, code: str, talk: Talk) -> tuple[str, object]:
    """As whom DingTalk knows whoever brought this code, in all its organisations; and what he calls himself there."""
    api = DINGTALK_API if partner.place == OFFICIAL[DINGTALK] else partner.place
    asked = {"clientId": partner.client, "clientSecret": partner.chosen["secret"], "code": code}
    said = talk.post(f"{api}/v1.0/oauth2/userAccessToken", asked | {"grantType": "authorization_code"})
    token = said.get("accessToken")
    if not isinstance(token, str):
        raise NotVerified
    me = talk.get(f"{api}/v1.0/contact/users/me", headers={"x-acs-dingtalk-access-token": token})
    union = me.get("unionId")
    if not isinstance(union, str) or not union:
        raise NotVerified
    return union, me.get("nick")


def with_token(tokens: Tokens, call: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """A call that shows the application's token; once more with a fresh one where that is spent."""
    token = tokens("")
    said = call(token)
    return call(tokens(token)) if code_of(said) in SPENT else said
