"""What the description of the API shows of an escalation."""

TARGET = {"role": "pr_lead", "who": "on_shift"}
ESCALATION = {
    "id": 9,
    "rev": 4,
    "state": "active",
    "severity": "L3",
    "title": "L3 · Mastodon · 3 mentions",
    "is_drill": False,
    "subject": {"kind": "story", "id": 7},
    "mention": 42,
    "policy": {
        "name": "Severity L3",
        "steps": [{"delay": 0, "targets": [TARGET], "urgency": "high", "rule": "anyone"}],
    },
    "generation": 1,
    "step": 1,
    "round": 1,
    "step_due_at": "2026-11-20T08:36:00Z",
    "opened_at": "2026-11-20T08:21:00Z",
    "closed_at": None,
    "pages": [
        {
            "id": "k7f3m2qx",
            "person": "pedro",
            "why": "pr_lead, on shift",
            "created_at": "2026-11-20T08:21:00Z",
            "acknowledged_at": None,
        }
    ],
    "notifications": [
        {
            "id": 1,
            "kind": "page",
            "page": "k7f3m2qx",
            "method": "email",
            "state": "delivered",
            "attempts": [{"at": "2026-11-20T08:21:01Z", "outcome": "accepted", "code": 250}],
        }
    ],
}
