"""Who acts: accounts, signing in with opaque sittings and one-time codes, roles held in a unit and what they reach."""

from shared.access.actors import SYSTEM, Actor, Awaits, console
from shared.access.codes import (
    WRONG_CODE,
    Enrolment,
    accept_code,
    begin_enrolment,
    confirm_enrolment,
    is_enrolled,
    pending_enrolment,
    reset_codes,
)
from shared.access.passwords import (
    PASSWORD_LENGTH_MIN,
    PASSWORD_SIGNS_MIN,
    choose_password,
    end_account,
    make_account,
    renew_password,
    turnstile,
)
from shared.access.signing_in import WRONG, sign_in
from shared.access.sittings import (
    Seat,
    act_in,
    actor_behind,
    actor_of,
    end_one,
    end_other_sittings,
    end_sitting,
    end_sittings,
    needs_code,
    open_sittings,
)

__all__ = [
    "PASSWORD_LENGTH_MIN",
    "PASSWORD_SIGNS_MIN",
    "SYSTEM",
    "WRONG",
    "WRONG_CODE",
    "Actor",
    "Awaits",
    "Enrolment",
    "Seat",
    "accept_code",
    "act_in",
    "actor_behind",
    "actor_of",
    "begin_enrolment",
    "choose_password",
    "confirm_enrolment",
    "console",
    "end_account",
    "end_one",
    "end_other_sittings",
    "end_sitting",
    "end_sittings",
    "is_enrolled",
    "make_account",
    "needs_code",
    "open_sittings",
    "pending_enrolment",
    "renew_password",
    "reset_codes",
    "sign_in",
    "turnstile",
]
