"""One form of log for every process: a line for people, or one JSON object a line for machines (LOG_FORMAT).

Each says when, how grave, who, what, and for whom it was done: `request_id` and `user_id`, or `task_id` and `task`.
Tokens that stand in addresses, and rows that PostgreSQL quotes in its errors, are cut out last, whoever wrote them.
"""

import re
from typing import Any

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import EventDict, Processor

QUIET = ("amqp", "celery", "httpcore", "httpx", "kombu", "uvicorn")  # what they say below WARNING says our own log
SECRETS = (
    re.compile(r"(/p/|/invitation/|/password/new/)[^\s/?\"'<>]+"),
    re.compile(r"([?&](?:token|key|code|state)=)[^\s&\"'<>]+"),
    re.compile(r"((?:Bearer|Basic)\s+)[^\s\"',}]+", re.IGNORECASE),
    re.compile(r"(//[^\s/:@]*:)[^\s/@]+(?=@)"),
)
QUOTED_ROW = re.compile(
    r"^(DETAIL: ).*?(?=^(?:HINT|CONTEXT|QUERY|STATEMENT|\S*Error|The above|During)|\Z)", re.MULTILINE | re.DOTALL
)
CUT = "…"
ONE_LINE = str.maketrans({"\n": "\\n", "\r": "\\r", "\x1b": "\\x1b"})  # nobody forges a line of its own


def settings(level: str, form: str) -> dict[str, Any]:
    """Django's LOGGING. `form` is line or json."""
    render = [as_json] if form == "json" else [as_line]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "ours": {
                "()": ProcessorFormatter,
                "foreign_pre_chain": CHAIN,
                "processors": [ProcessorFormatter.remove_processors_meta, *render],
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            **{name: {"level": level if level in {"DEBUG", "ERROR"} else "WARNING"} for name in QUIET},
            "django.request": {"level": "ERROR"},  # refusals stand in the log of requests, without their tokens
            "django.server": {"level": "ERROR", "propagate": True, "handlers": []},
        },
    }


def cut_secrets(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replaces what nobody may read in a log, in every text of the event."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = without_secrets(value)
    return event


def without_secrets(text: str) -> str:
    for secret in SECRETS:
        text = secret.sub(rf"\1{CUT}", text)
    return QUOTED_ROW.sub(rf"\1{CUT}\n", text) if "DETAIL: " in text else text


CHAIN: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.ExtraAdder({"ms", "status"}),
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    structlog.processors.format_exc_info,
    cut_secrets,
]

_json = structlog.processors.JSONRenderer(ensure_ascii=False)


def as_json(logger: Any, method: str, event: EventDict) -> str:
    """{"time", "level", "logger", "event", …}: what it says first, what it was done for after it."""
    known = {name: event.pop(name) for name in ("time", "level", "logger", "event")}
    return str(_json(logger, method, known | dict(event)))


def as_line(_logger: Any, _method: str, event: EventDict) -> str:
    """`2026-11-22 12:00:00,000 WARNING crisis.nightwatch: what it says  request_id=…`, a traceback below it."""
    time, level, name = (event.pop(key) for key in ("time", "level", "logger"))
    said, traceback = event.pop("event"), event.pop("exception", "")
    words = "  ".join([str(said), " ".join(f"{key}={value}" for key, value in event.items())])
    moment = f"{time[:10]} {time[11:23].replace('.', ',')}"
    line = f"{moment} {level.upper():<7} {name}: {words.translate(ONE_LINE).rstrip()}"
    return f"{line}\n{traceback}" if traceback else line
