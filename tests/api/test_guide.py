"""The commands of docs/api.md do what it says, sent by curl to a console that answers."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from accounts.tokens import issue_token
from monitoring.readings import read_due
from playbooks.starter.load import load_starter
from tests.crisis.make import make_escalation
from tests.make import NOON, make_channel
from triage.models import Triage
from triage.suggest import suggest_new

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"
BLOCKS = re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text(), re.DOTALL | re.MULTILINE)


def run(block: str, **variables: object) -> dict:
    """The last answer of the block's commands."""
    known = {name: str(value) for name, value in variables.items()}
    done = subprocess.run(
        ["bash", "-euc", block], env=os.environ | known, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    decoder, rest, answer = json.JSONDecoder(), done.stdout.strip(), {}
    while rest:
        answer, end = decoder.raw_decode(rest)
        rest = rest[end:].strip()
    return answer


@pytest.mark.django_db(transaction=True)
def test_the_guide_is_true(live_server, pedro):
    load_starter(NOON)
    make_channel("tour")
    shell = {"HOST": live_server.url, "TOKEN": issue_token(pedro, "tour")[1], "CHANNEL": "tour"}
    hand_in, channels, read, decide, reply, escalations = BLOCKS

    (result,) = run(hand_in, **shell)["results"]
    assert result["status"] == "created"
    assert run(hand_in, **shell)["results"][0]["status"] == "duplicate"
    assert "tour" in [row["slug"] for row in run(channels, **shell)["results"]]
    assert (read_due(), suggest_new()) == (1, 1)
    (mention,) = run(read, **shell)["results"]
    assert mention["id"] == result["id"]

    shell |= {"MENTION": mention["id"], "REV": mention["rev"]}
    assert run(decide, **shell)["disposition"] == "respond"
    assert run(reply, **shell)["text"].startswith("Please unplug it.")
    assert Triage.objects.get(pk=mention["id"]).state == Triage.State.DECIDED

    shell["ESCALATION"] = make_escalation().pk
    assert run(escalations, **shell)["state"] == "resolved"
