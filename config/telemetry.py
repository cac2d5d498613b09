"""Traces for an OpenTelemetry collector, when OTEL_EXPORTER_OTLP_ENDPOINT names one; else nothing of it is loaded."""

import os
from importlib import import_module
from importlib.util import find_spec

from config.environment import stop

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
UNTOLD = {"OTEL_PYTHON_DJANGO_EXCLUDED_URLS": "healthz,readyz,metrics"}  # asked every few seconds; read when imported


def start() -> None:
    """Once per process, before Django builds its middleware."""
    if not os.environ.get(ENDPOINT, "").strip():
        return
    if find_spec("opentelemetry") is None:
        raise stop(ENDPOINT, "needs the extra otel: uv sync --extra otel")
    os.environ.update(UNTOLD | os.environ)
    import_module("config.tracing").start()  # by name: its libraries are an extra, and cost time and memory
