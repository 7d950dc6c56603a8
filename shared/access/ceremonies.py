"""What WebAuthn says and checks, by its library, which is large: it is loaded with the first passkey."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webauthn.registration.verify_registration_response import VerifiedRegistration

NAME = "小组"
Data = dict[str, Any]


class NotVerified(ValueError):
    """What came is no answer to what was asked, or not by whom it says."""


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys are good: the host that they are bound to, and the origin of its pages."""

    host: str
    origin: str


def to_make(site: Site, challenge: bytes, *, account_id: int, login: str, name: str, known: Iterable[bytes]) -> Data:
    """What a browser needs to make a passkey that it keeps itself, and that asks each time who is there."""
    from webauthn import generate_registration_options, options_to_json  # noqa: PLC0415  see above
    from webauthn.helpers import structs  # noqa: PLC0415  see above

    options = generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_name=login,
        user_id=str(account_id).encode(),
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in known],
    )
    return dict(json.loads(options_to_json(options)))


def made(site: Site, challenge: bytes, credential: Data) -> "VerifiedRegistration":
    """What the browser made. Raises NotVerified."""
    from webauthn import verify_registration_response  # noqa: PLC0415  see above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  see above

    try:
        return verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotVerified from error


def to_ask(site: Site, challenge: bytes) -> Data:
    """What a browser needs to ask for a passkey; it says nothing of who has one."""
    from webauthn import generate_authentication_options, options_to_json  # noqa: PLC0415  see above
    from webauthn.helpers.structs import UserVerificationRequirement  # noqa: PLC0415  see above

    options = generate_authentication_options(
        rp_id=site.host, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(json.loads(options_to_json(options)))


def counted(site: Site, challenge: bytes, credential: Data, *, public_key: bytes, sign_count: int) -> int:
    """How often the passkey was used, with this time; a copy of it would count backwards. Raises NotVerified."""
    from webauthn import verify_authentication_response  # noqa: PLC0415  see above
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  see above

    try:
        return verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        ).new_sign_count
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NotVerified from error


def answered(credential: Data) -> bytes:
    """The challenge that was answered. Raises NotVerified."""
    try:
        said = json.loads(_bytes(credential["response"]["clientDataJSON"]))
        return _bytes(said["challenge"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotVerified from error


def id_of(credential: Data) -> bytes:
    """By what the passkey is found. Raises NotVerified."""
    try:
        return _bytes(credential["id"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise NotVerified from error


def _bytes(text: str) -> bytes:
    """From base64url without its end."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
