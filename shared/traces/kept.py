"""The spans of a process, made by OpenTelemetry, for a collector or a file. Imported only where they are on."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from opentelemetry import trace
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from shared.settings import settings

PARENT = "traceparent"  # as W3C's Trace Context has it
FILE_BYTES = 200 * 2**20  # some 300,000 spans: a file is for a look, not for years
AGAIN_MILLISECONDS = 1000
_W3C = TraceContextTextMapPropagator()


@contextmanager
def span(name: str, parent: str | None, about: Mapping[str, str | int]) -> Iterator[None]:
    """As `shared.traces.span`. Of an error only its kind is told: its words may be about somebody."""
    context = _W3C.extract({PARENT: parent}) if parent else None
    opened = tracer(os.getpid()).start_as_current_span(
        name, context=context, attributes=dict(about), record_exception=False, set_status_on_exception=False
    )
    with opened as made:
        try:
            yield
        except Exception as error:
            made.set_status(trace.StatusCode.ERROR, type(error).__name__)
            raise


def tell(name: str, about: Mapping[str, str | int]) -> None:
    """As `shared.traces.tell`."""
    current = trace.get_current_span()
    current.set_attributes(about)
    if name:
        current.update_name(name)


def carried() -> str:
    """As `shared.traces.carried`."""
    carrier: dict[str, str] = {}
    _W3C.inject(carrier)
    return carrier.get(PARENT, "")


@lru_cache(maxsize=1)
def tracer(_process: int) -> trace.Tracer:
    """Of this very process: what hands spans over is a thread, and a fork has none of its parent's."""
    # Not waited for at the end: a collector that is away must not hold up a program that is to be replaced.
    provider = TracerProvider(resource=Resource({SERVICE_NAME: "xiaozu"}), shutdown_on_exit=False)
    provider.add_span_processor(processor(settings().traces))
    return provider.get_tracer("xiaozu")


def processor(wanted: str) -> SpanProcessor:
    """Who takes the spans: a collector (OTLP over HTTP), or a file."""
    if wanted.startswith("/"):
        return SimpleSpanProcessor(InFile(Path(wanted)))
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  half the memory

    return BatchSpanProcessor(OTLPSpanExporter(endpoint=wanted), schedule_delay_millis=AGAIN_MILLISECONDS)


class InFile(SpanExporter):
    """A line of JSON a span, by all processes into one file, until it is full; a disk that is costs the line."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Write them at the end of it."""
        with suppress(OSError), self._file.open("a", encoding="utf-8") as output:
            if output.tell() < FILE_BYTES:
                output.write("".join(f"{each.to_json(indent=None)}\n" for each in spans))
        return SpanExportResult.SUCCESS
