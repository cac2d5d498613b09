"""Reads the environment. A missing or malformed value stops the start with one sentence that names it."""

import os
import re
from collections.abc import Mapping, Set
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from cryptography.fernet import Fernet

env = environ.Env()
HIGHEST_PORT = 65_535
SMTP = "django.core.mail.backends.smtp.EmailBackend"
_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def stop(name: str, reason: str) -> SystemExit:
    """The exception that ends the start: `raise stop("PUBLIC_URL", "is not a web address")`."""
    return SystemExit(f"{name} {reason}.")


def text(name: str, default: str | None = None) -> str:
    """The value of `name`; without a default a missing or empty value stops the start."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise stop(name, "is not set")
    return default


def flag(name: str) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if value not in _TRUE | _FALSE:
        raise stop(name, f"must be 1 or 0, not {value!r}")
    return value in _TRUE


def words(name: str, default: str | None = None) -> list[str]:
    """A comma-separated list, without empty entries."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def web_address(name: str, default: str | None = None) -> str:
    """An http or https address as it was given, or the empty default."""
    value = text(name, default)
    if value and not has_host(value, {"http", "https"}):
        raise stop(name, f"must be an http or https address, not {value!r}")
    return value


def has_host(value: str, schemes: Set[str]) -> bool:
    """Whether the address has one of the schemes, a host and, where it names one, a port that exists."""
    try:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def broker(name: str) -> str:
    """Celery's broker; the value stays out of the sentence because it may hold a password."""
    value = text(name)
    is_socket = value.startswith("redis+socket:///") and len(value) > len("redis+socket:///")
    if not (value.startswith("memory://") or is_socket or has_host(value, {"redis", "rediss"})):
        raise stop(name, "must be the address of a Redis (redis://host:port/0, rediss://…, redis+socket:///path)")
    return value


def database(name: str, default: str | None = None) -> dict:
    value = text(name, default)
    try:
        config = env.db_url_config(value)
    except Exception as error:
        raise stop(name, "is not a database address (postgresql://user:password@host:port/name)") from error
    if "postgresql" not in config.get("ENGINE", ""):
        raise stop(name, "must name a PostgreSQL database (postgresql://…)")
    if not config.get("NAME"):
        raise stop(name, "must end in the name of a database (postgresql://user:password@host:port/name)")
    return config


def mail(name: str, default: str | None = None) -> Mapping[str, object]:
    """Django's EMAIL_* settings from an address such as `smtp+tls://user:password@host:587`."""
    value = text(name, default)
    try:
        settings = env.email_url_config(value)
    except Exception as error:
        raise stop(name, "is not a mail address (smtp://…, smtp+tls://…, filemail:///folder)") from error
    if settings["EMAIL_BACKEND"] == SMTP and not settings.get("EMAIL_HOST"):
        raise stop(name, "must name a mail server (smtp://host:port)")
    if folder := settings.get("EMAIL_FILE_PATH"):
        settings["EMAIL_FILE_PATH"] = "/" + folder.lstrip("/")  # environ drops the slash, which made it relative
    return settings


def fernet_keys(name: str, default: str | None = None) -> list[str]:
    keys = words(name, default)
    for key in keys:
        try:
            Fernet(key)
        except ValueError as error:
            raise stop(name, "must hold Fernet keys (44 characters each), newest first") from error
    return keys


def host_ports(name: str) -> list[str]:
    values = words(name, "")
    for value in values:
        shape = re.fullmatch(r"(?:\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})", value, re.ASCII)
        if not shape or not 0 < int(shape[1]) <= HIGHEST_PORT:
            raise stop(name, f"must be a list of host:port, not {value!r}")
    return values


def time_zone(name: str, default: str) -> str:
    value = text(name, default)
    if value not in available_timezones():
        raise stop(name, f"is not a time zone of the IANA database: {value!r}")
    return value


def positive(name: str, default: float) -> float:
    value = text(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise stop(name, f"must be a number above 0, not {value!r}")
    return number


def whole_number(name: str, default: int) -> int:
    value = text(name, str(default))
    if not value.isdecimal() or not int(value):
        raise stop(name, f"must be a whole number above 0, not {value!r}")
    return int(value)


def choice(name: str, options: list[str], default: str) -> str:
    value = text(name, default)
    if value not in options:
        raise stop(name, f"must be one of {', '.join(options)}, not {value!r}")
    return value


SINGLE_SIGN_ON = ("OIDC_NAME", "OIDC_SERVER_URL", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def single_sign_on() -> dict[str, Any] | None:
    """allauth's entry for the one OpenID provider; None when none of its four variables is set."""
    values = {name: text(name, "") for name in SINGLE_SIGN_ON}
    if not any(values.values()):
        return None
    for name, value in values.items():
        if not value:
            raise stop(name, f"is not set, but {next(other for other in values if values[other])} is")
    address = web_address("OIDC_SERVER_URL")
    if not address.startswith("https://") and urlsplit(address).hostname not in LOOPBACK:
        raise stop("OIDC_SERVER_URL", "must be an https address, as the provider says who signs in")
    return {
        "provider_id": "oidc",
        "name": values["OIDC_NAME"],
        "client_id": values["OIDC_CLIENT_ID"],
        "secret": values["OIDC_CLIENT_SECRET"],
        "settings": {"server_url": address.rstrip("/"), "oauth_pkce_enabled": True},
    }
