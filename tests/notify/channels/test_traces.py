"""A trace is one tree from a request to the letter that came of it, over its retries, and says nothing of people."""

import json
import subprocess
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from services.notify.channels import outside
from shared import traces, work
from shared.db import unit
from shared.settings import settings

SAID = {"request", "route", "status", "job", "attempt", "delivery", "outcome"}
DRAFT = {"title": "关于报送学习情况的通知", "body": "请按时报送。", "posts": ["secretary"]}


@pytest.fixture
def spans(office, set_up, tmp_path: Path) -> Callable[[], list[dict[str, Any]]]:
    """Traces go to a file; what stands in it, the earliest first."""
    file = tmp_path / "traces.jsonl"
    set_up(traces=file)

    def read() -> list[dict[str, Any]]:
        return sorted(map(json.loads, file.read_text().splitlines()), key=lambda span: span["start_time"])

    yield read
    from shared.traces import kept

    kept.tracer.cache_clear()


@pytest.fixture
def sent(town, client) -> Callable[[], str]:
    """A notice to the secretary of a branch was sent by its door; the number of the request."""

    def send() -> str:
        organiser = client("organiser")
        asked = {**DRAFT, "unit_id": town.units["清河镇"], "units": [town.units["东村"]], "wants_receipt": False}
        draft = organiser.post("/circulars", json=asked, headers={"idempotency-key": "draft"}).json()
        door = f"/circulars/{draft['id']}/sendings"
        answer = organiser.post(door, json={"recipients": 1}, headers={"idempotency-key": "send"})
        assert answer.status_code == 201, answer.text
        return answer.headers["x-request-id"]

    return send


def above(span: dict[str, Any], found: list[dict[str, Any]]) -> list[str]:
    """The names of what a span came of, its own first."""
    names, by_id = [], {f"0x{each['context']['span_id'][2:]}": each for each in found}
    while span:
        names.append(span["name"])
        span = by_id.get(span["parent_id"] or "")
    return names


def test_a_letter_hangs_on_the_request_that_it_came_of_also_after_a_retry(spans, sent, here, monkeypatch):
    send, fails = outside.send, [OSError("first@example.org")]

    def once_not(letter: object) -> None:
        if fails:
            raise fails.pop()
        send(letter)

    monkeypatch.setattr(outside, "send", once_not)
    number = sent()
    here.rest()
    here.later(60)
    here.rest()

    found = spans()
    assert here.letters() == {"first": "sent"}
    tried = [span for span in found if span["name"] == "notify.deliver"]
    assert [span["status"] for span in tried] == [
        {"status_code": "ERROR", "description": "OSError"},
        {"status_code": "UNSET"},
    ]
    root = "POST /circulars/{circular_id}/sendings"
    for span in tried:
        assert above(span, found)[:3] == ["notify.deliver", "notify.transmit", "notify.send_letters"]
        assert above(span, found)[-1] == root
    assert len({span["context"]["trace_id"] for span in tried}) == 1
    assert [span["attributes"]["attempt"] for span in found if span["name"] == "notify.transmit"] == [1, 2]
    assert [span["attributes"]["request"] for span in found if span["name"] == root] == [number]


def test_what_a_span_says_are_ids_routes_and_outcomes(spans, sent, here):
    sent()
    here.rest()

    found = spans()
    assert {name for span in found for name in span["attributes"]} == SAID
    assert {name for span in found for name in span["resource"]["attributes"]} == {"service.name"}
    said = json.dumps(found, ensure_ascii=False)
    assert not [word for word in ("first", "organiser", "example", "东村", *DRAFT["title"]) if word in said]


def test_work_left_by_sql_alone_in_another_service_is_carried_too(spans, town, rows):
    with traces.span("asked"), unit("activities") as session:
        session.execute(text("insert into notify.job (task, key, payload) values ('notify.transmit', 'carried', '{}')"))
    [row] = rows("select trace from notify.job where key = 'carried'")

    [asked] = spans()
    assert row.trace[:52] == f"00-{asked['context']['trace_id'][2:]}-{asked['context']['span_id'][2:]}"


def test_a_collector_gets_them_over_http(set_up):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.sdk.trace import TracerProvider

    from shared.traces import kept

    got: list[bytes] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        provider = TracerProvider(shutdown_on_exit=False)
        provider.add_span_processor(kept.processor(f"http://127.0.0.1:{server.server_port}/v1/traces"))
        with provider.get_tracer("xiaozu").start_as_current_span("asked"):
            pass
        provider.shutdown()
        server.shutdown()

    told = ExportTraceServiceRequest.FromString(got[0])
    assert told.resource_spans[0].scope_spans[0].spans[0].name == "asked"


def test_where_no_setting_asks_for_them_nothing_is_imported_and_nothing_is_carried(office, town, rows):
    assert settings().traces == ""
    with traces.span("asked"), unit("notify") as session:
        work.post(session, "notify.transmit", key="quiet", payload={"deliveries": []})
    assert [row.trace for row in rows("select trace from notify.job where key = 'quiet'")] == [None]

    loaded = (
        "import sys, deploy.web, deploy.worker; print([m for m in sys.modules if m.startswith('opentelemetry.sdk')])"
    )
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
