"""The naughty strings on every way in and out: kept as they were sent, shown as text, and nothing else happens."""

import csv
import html
import json
import re
from email import message_from_bytes, policy

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from crisis.escalate import advance_due
from crisis.notifiers.email import written
from crisis.notifiers.protocol import Message
from crisis.notify import deliver_due
from monitoring.channels.feed_parse import parse_feed
from monitoring.models import Mention
from monitoring.readings import read_due
from playbooks.starter.load import load_starter
from plumbing.templatetags.outside_text import SUSPECT, belongs, plainly, visible
from tests.hostile.naughty import OURS, strings
from tests.make import make_channel
from triage.decide import record_decision
from triage.models import Decision, Triage
from triage.suggest import suggest_new

pytestmark = pytest.mark.django_db
STRANGE = r"""<(?:script(?![^>]*src=)|img(?! src="/static/)|svg/|iframe|object|embed|marquee)[^>]*>"""
AT = "2026-11-20T08:15:00Z"
HIDDEN = re.compile("[\u200b\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def as_mention(number: int, text: str) -> dict[str, object]:
    """The string in every field that takes one."""
    name = text[:300]
    author = {"external_id": f"{number} {text}"[:500], "handle": name, "display_name": name}
    return {"channel": "main", "external_id": f"{number}", "text": text, "posted_at": AT, "author": author}


@pytest.fixture
def kept(maya) -> dict[int, str]:
    """All of them sent through the API, read and suggested: id of the mention → what was sent."""
    load_starter(timezone.now())
    make_channel("main")
    client = Client()
    client.force_login(maya)
    sent = [as_mention(number, text) | {"conversation": "one"} for number, text in enumerate(strings())]
    answer = client.post("/api/v1/mentions/", json.dumps(sent), content_type="application/json")
    results = answer.json()["results"]
    assert {result["status"] for result in results} == {"created"}, [r for r in results if r["status"] != "created"]
    while read_due():
        pass
    while suggest_new():
        pass
    return {result["id"]: item["text"] for result, item in zip(results, sent, strict=True)}


def test_the_api_keeps_and_gives_back_every_string_as_it_was(kept, maya, client):
    client.force_login(maya)
    stored = {pk: (text, name) for pk, text, name in Mention.objects.values_list("pk", "text", "author__display_name")}
    assert stored == {pk: (text, text[:300]) for pk, text in kept.items()}
    given, address = {}, "/api/v1/mentions/?channel=main"
    while address:
        page = client.get(address).json()
        given |= {row["id"]: row["text"] for row in page["results"]}
        address = page["next"]
    assert given == kept
    assert not Mention.objects.filter(reading__error__gt="").exists()


def test_files_keep_every_string_as_it_was(tmp_path):
    make_channel("main")
    texts = strings()
    lines, table = tmp_path / "naughty.jsonl", tmp_path / "naughty.csv"
    lines.write_text("\n".join(json.dumps(as_mention(n, text)) for n, text in enumerate(texts)), encoding="utf-8")
    with table.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["external_id", "text", "posted_at", "author.handle"])
        rows.writerows([f"csv-{n}", text, AT, f"h{n}"] for n, text in enumerate(texts))
    for path in (lines, table):
        call_command("ingest", str(path), "--channel", "main", "--rejected", str(tmp_path / "rejected"))
        assert not (tmp_path / "rejected").exists(), (tmp_path / "rejected").read_text()
    stored = dict(Mention.objects.values_list("external_id", "text"))
    assert [stored[str(n)] for n in range(len(texts))] == texts
    assert [stored[f"csv-{n}"] for n in range(len(texts))] == texts


def test_a_json_feed_keeps_every_string_as_words():
    """White space apart, which feeds do not promise to keep."""
    items = [{"id": str(n), "content_text": text} for n, text in enumerate(strings())]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": items}
    entries = parse_feed(json.dumps(feed).encode(), "application/feed+json", "https://a.example/")
    assert [e.text.split() for e in entries] == [text.replace("\x00", "").split() for text in strings()]


def test_an_xml_feed_stands_every_string():
    """What XML cannot hold is the feed's mistake; what it can comes in as words."""
    for text in strings():
        said = html.escape(html.escape(text))  # as text, within the markup of a description
        item = f"<item><guid>1</guid><description>{said}</description></item>"
        body = f"<rss version='2.0'><channel><title>x</title>{item}</channel></rss>"
        for entry in parse_feed(body.encode("utf-8", "replace"), "application/rss+xml", "https://a.example/"):
            assert "\x00" not in entry.text


def test_every_page_shows_every_string_as_text(kept, maya, ada, client):
    client.force_login(maya)
    pages = [f"/m/{pk}/" for pk in list(kept)[::29]]
    pages += ["/inbox/", "/inbox/?view=done", "/escalations/", "/monitoring/", "/bell/"]
    plain = {address: tags(client.get(address).content.decode()) for address in pages}
    assert not {address: found for address, found in plain.items() if found}
    client.force_login(ada)
    first = next(iter(kept))
    author = Mention.objects.get(pk=first).author_id
    for address in (
        "/admin/monitoring/mention/", "/admin/monitoring/mention/?p=1", f"/admin/monitoring/mention/{first}/change/",
        "/admin/monitoring/author/", f"/admin/monitoring/author/{author}/change/", "/admin/monitoring/rawdelivery/",
    ):  # fmt: skip
        response = client.get(address)
        assert response.status_code == 200, address
        assert not tags(response.content.decode()), address


def tags(page: str) -> list[str]:
    """Markup that is not ours, and signs that hide or turn others."""
    found = re.findall(STRANGE, page, re.IGNORECASE)
    found += re.findall(r"<[^>]*\son\w+=[^>]*>", re.sub(r'"[^"]*"', '""', page))
    found += re.findall(r"(?:href|src|action)=[\"']?\s*(?:javascript|data|vbscript):[^>]*", page, re.IGNORECASE)
    return found + [f"U+{ord(sign):04X}" for sign in set(HIDDEN.findall(page))]


@pytest.mark.parametrize("show", [visible, plainly])
def test_no_hidden_sign_is_left_unless_the_script_needs_it(show):
    for text in strings():
        shown = html.unescape(re.sub(r"<[^>]*>", "", show(text)))
        assert not [m for m in SUSPECT.finditer(shown) if not belongs(shown, m.start())], ascii(text)


def test_a_string_in_a_mail_stays_in_its_line():
    for text in [*OURS, *strings()[::5]]:
        message = Message(
            key="page:k7f3:1", page_id="k7f3", subject=text, lines=(text,), footer=text, link="https://a.example/",
            link_label=text, console_path="/", language="en", asks_for_answer=True,
        )  # fmt: skip
        source = written("pedro@example.test", message).message().as_bytes()
        read = message_from_bytes(source, policy=policy.default)
        assert set(map(str.lower, read.keys())) == {
            "content-type", "mime-version", "subject", "from", "to", "date", "message-id", "auto-submitted",
            "content-language", "importance",
        }, ascii(text)  # fmt: skip
        assert read["To"] == "pedro@example.test"
        assert "<script" not in read.get_body(("html",)).get_content().lower()


def test_an_escalation_about_any_string_tells_none_of_it(kept, maya, pedro, client, mailoutbox):
    """Severity and title travel, the text does not."""
    some = list(kept)[::90]
    for triage in Triage.objects.filter(pk__in=some):
        record_decision(
            triage.pk, by=maya, disposition="escalate", rev=triage.rev, via=Decision.Via.CONSOLE,
            reason="It says things that legal should see.",
        )  # fmt: skip
    while advance_due():
        pass
    client.force_login(pedro)
    deliver_due(wait=False)
    for address in ("/escalations/", "/bell/", *(f"/m/{pk}/" for pk in some)):
        assert not tags(client.get(address).content.decode()), address
