"""What every test of triage needs: the starter playbooks, word lists, and mentions that came in and were read."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from monitoring.models import Mention, WordList
from playbooks.starter.load import load_starter
from playbooks.vocabulary import WORD_LISTS
from tests.make import NOON, make_mention, make_reading
from triage.models import Triage
from triage.suggest import suggest_new


@pytest.fixture
def starter(db) -> None:
    load_starter(NOON)
    WordList.objects.bulk_create(
        WordList(slug=slug, language=language, terms=["x"]) for slug in WORD_LISTS for language in ("en", "de")
    )


@pytest.fixture
def arrive(starter) -> Callable[..., Triage]:
    """A mention that was read and suggested; `read` are the fields of its reading, all others its own."""

    def arrive(
        text: str = "The kettle arrived cracked.", *, read: dict[str, Any] | None = None, **fields: Any
    ) -> Triage:
        mention = make_mention(text, **fields)
        make_reading(mention, **(read or {}))
        suggest_new()
        return Triage.objects.select_related("suggestion", "mention").get(pk=mention.pk)

    return arrive


def read_anew(mention: Mention, **read: Any) -> Triage:
    """The mention was edited: its reading is made anew, and a new suggestion follows."""
    mention.reading.delete()
    make_reading(mention, **read)
    suggest_new()
    return Triage.objects.select_related("suggestion").get(pk=mention.pk)


def in_another_connection(act: Callable[[], Any]) -> Any:
    """What `act` returns or raises in a thread, which has a database connection of its own."""

    def run() -> Any:
        try:
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(run).result(timeout=30)


@pytest.fixture
def browser(maya) -> Client:
    client = Client()
    client.force_login(maya)
    return client


def htmx(client: Client, method: str, url: str, data=None, target: str = "detail"):
    call = getattr(client, method)
    return call(url, data or {}, headers={"HX-Request": "true", "HX-Target": target})


# Readings whose suggestion is known (starter playbooks, English).
THANKS = {"is_direct": True, "sentiment": 0.8, "brand_terms": ["Brauhell"]}  # respond, three risks to confirm
QUESTION = {
    "is_direct": True,
    "is_question": True,
    "brand_terms": ["Brauhell"],
}  # respond: interim, three risks to confirm
COMPLAINT = {"is_direct": True, "sentiment": -0.6, "terms": {"experience": ["my order"]}}  # open: is it spreading?
IRRELEVANT: dict[str, Any] = {}  # ignore
DANGER = {"is_direct": True, "terms": {"danger": ["fire"]}}  # escalate L4
LEGAL = {"is_direct": True, "terms": {"legal": ["lawyer"]}}  # escalate L3
DELETED_COMMENT = {"is_direct": True, "terms": {"deleted_comment": ["deleted my comment"]}}  # into self-inflicted
