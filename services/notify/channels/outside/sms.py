"""Text messages by a gateway: the request as its format says, and what its answer means."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from shared.calls.held import Held
from shared.calls.wire import Call, ask, not_understood
from services.notify.channels.rules.gateways import Format, filled, refusal
from services.notify.channels.rules.ways import SMS_PLACES, Meaning
from shared import clock
from shared.errors import Permanent


def send(form: Format, values: Mapping[str, str]) -> None:
    """One message: `values` are the places that the format may name, but for time, nonce and signature.

    Raises Held, Permanent (the number itself) or Ambiguous.
    """
    now = clock.by_the_machine()
    stamps = {
        "time": str(int(now)),
        "millis": str(int(now * 1000)),
        "utc": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "nonce": str(secrets.randbelow(10**9)),
    }
    request = filled(form, {**values, **stamps})
    answer = ask(Call("短信网关", request.address, request.body, request.headers), SMS_PLACES)
    try:
        why = refusal(form.answer, json.loads(answer.body))
    except (ValueError, TypeError, LookupError, RecursionError):
        raise not_understood("短信网关", answer.status) from None
    if why is None:
        return
    if why.meaning is Meaning.HIS:
        raise Permanent(why.words, answer.status)
    raise Held(why.words, answer.status, wait=why.wait)
