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
from shared.access.guesses import NOWHERE, Knock, Whence, knock, remember
from shared.access.passwords import (
    choose_password,
    end_account,
    make_account,
    renew_password,
)
from shared.access.proving import UNPROVED, WRONG_PASSWORD, is_proved, prove
from shared.access.signing_in import WRONG, sign_in
from shared.access.sittings import (
    Ended,
    Seat,
    Why,
    act_in,
    actor_behind,
    actor_of,
    end_one,
    end_other_sittings,
    end_sitting,
    end_sittings,
    needs_code,
    open_sittings,
    sign_out,
)
from shared.access.traces import addresses_of, drop_old
from shared.access.turns import resting, turnstile

__all__ = [
    "NOWHERE",
    "SYSTEM",
    "UNPROVED",
    "WRONG",
    "WRONG_CODE",
    "WRONG_PASSWORD",
    "Actor",
    "Awaits",
    "Ended",
    "Enrolment",
    "Knock",
    "Seat",
    "Whence",
    "Why",
    "accept_code",
    "act_in",
    "actor_behind",
    "actor_of",
    "addresses_of",
    "begin_enrolment",
    "choose_password",
    "confirm_enrolment",
    "console",
    "drop_old",
    "end_account",
    "end_one",
    "end_other_sittings",
    "end_sitting",
    "end_sittings",
    "is_enrolled",
    "is_proved",
    "knock",
    "make_account",
    "needs_code",
    "open_sittings",
    "pending_enrolment",
    "prove",
    "remember",
    "renew_password",
    "reset_codes",
    "resting",
    "sign_in",
    "sign_out",
    "turnstile",
]
