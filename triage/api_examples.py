"""What the description of the API shows of mentions, decisions and replies."""

from monitoring.api_examples import INCOMING

ANSWERS = {"scenario-map/danger": "no", "scenario-map/ours": "no", "scenario-map/special": "no"}
DECISION_BODY = {"disposition": "respond", "rev": 1, "answers": ANSWERS}
DECISION = {
    "id": 5,
    "mention": 42,
    "by": "maya",
    "at": "2026-11-20T08:21:00Z",
    "via": "api",
    "disposition": "respond",
    "severity": "L2",
    "reason": "",
    "deviation": False,
    "answers": ANSWERS,
    "unanswered_risks": [],
    "outcome": "out_respond_interim",
    "versions": {"scenario-map": 1},
    "escalation": None,
    "supersedes": None,
}
MENTION = INCOMING | {
    "id": 42,
    "rev": 1,
    "state": "open",
    "story": 7,
    "received_at": "2026-11-20T08:15:01Z",
    "severity": "L2",
    "due_at": "2026-11-20T09:15:01Z",
    "assignee": None,
    "reading": {"language": "en", "sentiment": -0.6, "terms": {"danger": ["sparked"]}},
    "suggestion": {
        "disposition": "respond",
        "outcome": "out_respond_interim",
        "open_question": None,
        "to_confirm": ["danger", "ours", "special"],
        "path": [
            {
                "playbook": "scenario-map",
                "version": 1,
                "node": "relevant",
                "question": "Is this about us or a topic we own?",
                "answer": "yes",
                "by": "hint",
                "because": {"rule": "mention.direct is true", "value": True},
                "skipped": [],
            }
        ],
        "risks": [],
        "problems": [],
    },
    "decision": None,
}
REPLY_BODY = {"text": "Thank you for telling us, Lena. Please unplug it; we are looking into it.", "rev": 2}
OUTBOUND_POST = {
    "id": 3,
    "mention": 42,
    "decision": 5,
    "text": REPLY_BODY["text"],
    "language": "en",
    "template": None,
    "state": "waiting",
    "author": "maya",
    "created_at": "2026-11-20T08:22:00Z",
    "sends_at": "2026-11-20T08:22:10Z",
    "posted_at": None,
    "external_id": None,
    "url": None,
    "problem": None,
}
