"""What OpenID Connect says and checks, by Authlib, which is large: it is loaded with the first who comes that way.

Authorization code with PKCE (RFC 7636), state and nonce; the ID token's signature, issuer, audience, times and nonce as
OpenID Connect Core 3.1.3.7 wants them. Authlib's own HTTP clients are not used: every call goes the way of all calls.
"""

import json
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from shared import clock
from shared.access.talks import Named, Partner, Talk, called
from shared.calls.held import Held
from shared.calls.places import place_of
from shared.errors import Invalid

WELL_KNOWN = "/.well-known/openid-configuration"
ADDRESSES = {"authorize": "authorization_endpoint", "token": "token_endpoint", "keys": "jwks_uri"}
# Signed with a key that only the provider has: never `none`, nor with a secret that both know.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
LEEWAY_SECONDS = 60
SUBJECT_LENGTH_MAX = 255


class NotVerified(ValueError):
    """What came is no proof of who somebody is."""


def discovered(issuer: str, talk: Talk) -> dict[str, str]:
    """The addresses that a provider publishes of itself. Raises Held, Ambiguous, Invalid."""
    said = talk.get(issuer.rstrip("/") + WELL_KNOWN)
    if said.get("issuer") != issuer:
        raise Invalid(
            f"这个地址说自己是“{str(said.get('issuer'))[:80]}”，和填写的不一样：请照它说的填。", field="place"
        )
    found = {name: said.get(key) for name, key in ADDRESSES.items()}
    for address in found.values():
        if not isinstance(address, str) or place_of(address) != place_of(issuer):
            raise Invalid("它公布的登录地址和它自己不在同一台服务器上，不能用：请找它的管理员。", field="place")
    methods = said.get("token_endpoint_auth_methods_supported")
    methods = methods if isinstance(methods, list) else ["client_secret_basic"]
    by_post = "client_secret_basic" not in methods and "client_secret_post" in methods
    scopes = said.get("scopes_supported")
    more = isinstance(scopes, list) and "profile" in scopes  # his name, by which he knows himself when he is bound
    own = {"by": "post" if by_post else "basic", "scope": "openid profile" if more else "openid"}
    return {name: str(address) for name, address in found.items()} | own


def address_for(partner: Partner, trip: Mapping[str, str]) -> str:
    """Where a browser is sent to say who is there."""
    from authlib.oauth2.rfc6749.parameters import prepare_grant_uri  # noqa: PLC0415  see above
    from authlib.oauth2.rfc7636 import create_s256_code_challenge  # noqa: PLC0415  see above

    return str(
        prepare_grant_uri(
            partner.chosen["authorize"],
            client_id=partner.client,
            response_type="code",
            redirect_uri=partner.back,
            scope=partner.chosen.get("scope", "openid"),
            state=trip["state"],
            nonce=trip["nonce"],
            code_challenge=create_s256_code_challenge(trip["verifier"]),
            code_challenge_method="S256",
        )
    )


def named(partner: Partner, trip: Mapping[str, str], code: str, talk: Talk) -> tuple[Named, str]:
    """Who the provider says is there, and the keys by which it was believed. Raises NotVerified, Held, Ambiguous."""
    token = _id_token(partner, trip, code, talk)
    if partner.keys:
        try:
            return _checked(partner, token, partner.keys, trip["nonce"]), partner.keys
        except NotVerified:
            pass  # by keys that it has changed since, it may be
    keys = json.dumps(talk.get(partner.chosen["keys"]))
    return _checked(partner, token, keys, trip["nonce"]), keys


def _id_token(partner: Partner, trip: Mapping[str, str], code: str, talk: Talk) -> str:
    """What the code is exchanged for, with the verifier that only this browser has."""
    from authlib.oauth2.rfc6749.parameters import prepare_token_request  # noqa: PLC0415  see above

    own: dict[str, str] = {"client_id": partner.client}
    headers: dict[str, str] = {}
    if partner.chosen["by"] == "post":
        own["client_secret"] = partner.chosen["secret"]
    else:
        both = f"{quote(partner.client, safe='')}:{quote(partner.chosen['secret'], safe='')}"
        headers["Authorization"] = f"Basic {b64encode(both.encode()).decode()}"
    body = prepare_token_request(
        "authorization_code", redirect_uri=partner.back, code=code, code_verifier=trip["verifier"], **own
    )
    said = talk.form(partner.chosen["token"], body, headers)
    if said.get("error") in ("invalid_client", "unauthorized_client"):
        raise Held(f"{partner.name}不认客户端编号或者密钥：请重新填写。")
    token = said.get("id_token")
    if not isinstance(token, str):  # the code was used, is over, or belongs to another request
        raise NotVerified
    return token


def _checked(partner: Partner, token: str, keys: str, nonce: str) -> Named:
    """Whom an ID token names: signed by these keys, for us, by this issuer, now, in answer to this request."""
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415  see above
    from joserfc import jwt  # noqa: PLC0415  see above
    from joserfc.errors import JoseError  # noqa: PLC0415  see above
    from joserfc.jwk import KeySet  # noqa: PLC0415  see above

    options: dict[str, Any] = {
        "iss": {"essential": True, "value": partner.place},
        "aud": {"essential": True, "value": partner.client},
        "nonce": {"essential": True, "value": nonce},
    }
    try:
        found = jwt.decode(token, KeySet.import_key_set(json.loads(keys)), algorithms=list(ALGORITHMS))
        claims = CodeIDToken(found.claims, found.header, options, {"nonce": nonce, "client_id": partner.client})
        claims.validate(now=int(clock.by_the_machine()), leeway=LEEWAY_SECONDS)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotVerified from error
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= SUBJECT_LENGTH_MAX:
        raise NotVerified
    return Named(subject, called(claims.get("name"), claims.get("preferred_username")))


def issuer_wrong(issuer: str) -> str | None:
    """What is wrong with the address of an issuer, as a sentence; None: it may be asked."""
    parts = urlsplit(issuer) if place_of(issuer) else None
    if parts is None or parts.query or parts.fragment:
        return "请填写完整的发行者地址，例如 https://sso.example.gov.cn；后面不带问号和井号。"
    return None
