"""What a trace tells: which address or task, how long, which statements; never a row, a search or a token."""

import os
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.celery import CeleryInstrumentor
from opentelemetry.instrumentation.django import DjangoInstrumentor
from opentelemetry.instrumentation.psycopg2 import Psycopg2Instrumentor
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Span, Status

from plumbing.request_log import address_of, request_id

WITH_QUERY = ("http.url", "http.target", "url.full", "url.path", "url.query")


def start() -> None:
    name = os.environ.get("OTEL_SERVICE_NAME") or "leitstelle"
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: name}))
    provider.add_span_processor(BatchSpanProcessor(WithoutWords(OTLPSpanExporter())))
    trace.set_tracer_provider(provider)
    DjangoInstrumentor().instrument(response_hook=say_where)
    CeleryInstrumentor().instrument()
    Psycopg2Instrumentor().instrument(skip_dep_check=True)  # it looks for the package under its other name


def say_where(span: Span, request: HttpRequest, response: HttpResponse) -> None:
    """Addresses may hold tokens, queries names: the span says what the log says."""
    if isinstance(span, ReadableSpan):
        for name in WITH_QUERY:
            if name in (span.attributes or {}):
                span.set_attribute(name, address_of(request))
        span.set_attribute("leitstelle.request_id", response.headers.get("X-Request-ID", "") or request_id())


class WithoutWords(SpanExporter):
    """Leaves out what errors say: PostgreSQL's quote the row that they refuse."""

    def __init__(self, exporter: SpanExporter) -> None:
        self.exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self.exporter.export([without_words(span) for span in spans])

    def shutdown(self) -> None:
        self.exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        return self.exporter.force_flush(timeout_millis)


def without_words(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=span.attributes,
        links=span.links,
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
