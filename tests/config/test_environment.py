"""What each variable accepts, and the one sentence with which any other value stops the start."""

from collections.abc import Callable

import pytest

from config import environment

FERNET_KEY = "YWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWE="
READERS: dict[str, Callable[[str], object]] = {
    "DEBUG": environment.flag,
    "SECRET_KEY": environment.text,
    "ALLOWED_HOSTS": environment.words,
    "FIELD_ENCRYPTION_KEYS": environment.fernet_keys,
    "PUBLIC_URL": environment.web_address,
    "NIGHTWATCH_PING_URL": lambda name: environment.web_address(name, ""),
    "DATABASE_URL": environment.database,
    "REDIS_URL": environment.broker,
    "EMAIL_URL": environment.mail,
    "OUTBOUND_ALLOW": environment.host_ports,
    "TIME_ZONE": lambda name: environment.time_zone(name, "Europe/Berlin"),
    "ENGINE_SPEED": lambda name: environment.positive(name, 1),
    "LANGUAGE_CODE": lambda name: environment.choice(name, ["en", "de"], "en"),
}
WEB = "must be an http or https address, not "
REDIS = "must be the address of a Redis (redis://host:port/0, rediss://…, redis+socket:///path)"
MAIL = "is not a mail address (smtp://…, smtp+tls://…, filemail:///folder)"
DATABASE_NAME = "must end in the name of a database (postgresql://user:password@host:port/name)"
POSTGRESQL = "must name a PostgreSQL database (postgresql://…)"
FERNET = "must hold Fernet keys (44 characters each), newest first"
HOST_PORT = "must be a list of host:port, not "

REFUSED = [
    ("DEBUG", "maybe", "must be 1 or 0, not 'maybe'"),
    ("SECRET_KEY", "", "is not set"),
    ("SECRET_KEY", "  ", "is not set"),
    ("ALLOWED_HOSTS", "", "is not set"),
    ("FIELD_ENCRYPTION_KEYS", "short", FERNET),
    ("FIELD_ENCRYPTION_KEYS", f"{FERNET_KEY},short", FERNET),
    ("PUBLIC_URL", "", "is not set"),
    ("PUBLIC_URL", "console.example", WEB + "'console.example'"),
    ("PUBLIC_URL", "ftp://console.example", WEB + "'ftp://console.example'"),
    ("PUBLIC_URL", "http://x:port", WEB + "'http://x:port'"),
    ("PUBLIC_URL", "http://x:99999", WEB + "'http://x:99999'"),
    ("PUBLIC_URL", "http://[::1", WEB + "'http://[::1'"),
    ("NIGHTWATCH_PING_URL", "garbage", WEB + "'garbage'"),
    ("DATABASE_URL", "", "is not set"),
    ("DATABASE_URL", "postgresql://h", DATABASE_NAME),
    ("DATABASE_URL", "postgresql://h/", DATABASE_NAME),
    ("DATABASE_URL", "sqlite:///file", POSTGRESQL),
    ("REDIS_URL", "", "is not set"),
    ("REDIS_URL", "garbage", REDIS),
    ("REDIS_URL", "redis://", REDIS),
    ("REDIS_URL", "redis://h:port/0", REDIS),
    ("REDIS_URL", "redis+socket:///", REDIS),
    ("REDIS_URL", "http://h/0", REDIS),
    ("EMAIL_URL", "", "is not set"),
    ("EMAIL_URL", "garbage", MAIL),
    ("EMAIL_URL", "smtp://h:port", MAIL),
    ("EMAIL_URL", "smtp://", "must name a mail server (smtp://host:port)"),
    ("EMAIL_URL", "smtp+tls://:587", "must name a mail server (smtp://host:port)"),
    ("OUTBOUND_ALLOW", "a", HOST_PORT + "'a'"),
    ("OUTBOUND_ALLOW", "a:99999", HOST_PORT + "'a:99999'"),
    ("OUTBOUND_ALLOW", "a:0", HOST_PORT + "'a:0'"),
    ("OUTBOUND_ALLOW", "a:80, b:http", HOST_PORT + "'b:http'"),
    ("TIME_ZONE", "Mars/Olympus", "is not a time zone of the IANA database: 'Mars/Olympus'"),
    ("ENGINE_SPEED", "0", "must be a number above 0, not '0'"),
    ("ENGINE_SPEED", "fast", "must be a number above 0, not 'fast'"),
    ("LANGUAGE_CODE", "fr", "must be one of en, de, not 'fr'"),
]


@pytest.mark.parametrize(("name", "value", "reason"), REFUSED)
def test_a_bad_value_stops_the_start_with_one_sentence_that_names_it(name, value, reason, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        READERS[name](name)
    assert str(stopped.value) == f"{name} {reason}."


ACCEPTED = [
    ("DEBUG", "1", True),
    ("DEBUG", "", False),
    ("SECRET_KEY", " k ", "k"),
    ("ALLOWED_HOSTS", "a, b,", ["a", "b"]),
    ("FIELD_ENCRYPTION_KEYS", FERNET_KEY, [FERNET_KEY]),
    ("PUBLIC_URL", "https://console.example:8443", "https://console.example:8443"),
    ("PUBLIC_URL", "http://[::1]:8000", "http://[::1]:8000"),
    ("NIGHTWATCH_PING_URL", "", ""),
    ("NIGHTWATCH_PING_URL", "https://watch.example/ping/", "https://watch.example/ping/"),
    ("REDIS_URL", "memory://", "memory://"),
    ("REDIS_URL", "redis://:secret@h:6379/1", "redis://:secret@h:6379/1"),
    ("REDIS_URL", "rediss://h/0", "rediss://h/0"),
    ("REDIS_URL", "redis+socket:///run/redis.sock", "redis+socket:///run/redis.sock"),
    ("OUTBOUND_ALLOW", "", []),
    ("OUTBOUND_ALLOW", "a:80, [::1]:65535", ["a:80", "[::1]:65535"]),
    ("TIME_ZONE", "", "Europe/Berlin"),
    ("ENGINE_SPEED", "2.5", 2.5),
    ("LANGUAGE_CODE", "de", "de"),
]


@pytest.mark.parametrize(("name", "value", "read"), ACCEPTED)
def test_a_good_value_is_read(name, value, read, monkeypatch):
    monkeypatch.setenv(name, value)
    assert READERS[name](name) == read


@pytest.mark.parametrize("value", ["postgresql://user:password@h:5432/leitstelle", "postgresql:///leitstelle"])
def test_an_address_with_the_name_of_a_database_is_read(value, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", value)
    assert environment.database("DATABASE_URL")["NAME"] == "leitstelle"


def test_the_address_of_a_mail_server_is_read(monkeypatch):
    monkeypatch.setenv("EMAIL_URL", "smtp+tls://user:password@mail.example:587")
    settings = environment.mail("EMAIL_URL")
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"], settings["EMAIL_USE_TLS"]) == ("mail.example", 587, True)
