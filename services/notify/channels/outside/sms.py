"""Text messages by a gateway: the request as its format says, and what its answer means."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from services.notify.channels.outside.robots import raised
from services.notify.channels.rules.gateways import Format, filled, refusal
from services.notify.channels.rules.ways import SMS_PLACES, Meaning
from shared import clock
from shared.calls.wire import Call, ask, not_understood


def send(form: Format, values: Mapping[str, str]) -> None:
    """One message: `values` are the places that the format may name, but for time, nonce and signature.

    Raises Held, Permanent (the number itself), Transient (the number for a while) or Ambiguous.
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
    if str(answer.status) in form.answer.already:
        return
    try:
        why = refusal(form.answer, json.loads(answer.body))
    except (ValueError, TypeError, LookupError, RecursionError):
        raise not_understood("短信网关", answer.status) from None
    if why is None:
        return
    if answer.status == HTTPStatus.CONFLICT and why.meaning is Meaning.OURS:  # no setting is wrong: it knows the number
        raise not_understood("短信网关", answer.status)
    raise raised(why, why.words, answer.status)
