"""Escalations: open one, call people step by step until somebody has it, take over, close. One pager for everything."""

from crisis.escalate.advance import advance_due
from crisis.escalate.answers import acknowledge, cancel, resolve
from crisis.escalate.open import open_escalation
from crisis.escalate.preview import preview
from crisis.escalate.trial import latest_test_page, open_test_page, received_test_page

__all__ = [
    "acknowledge",
    "advance_due",
    "cancel",
    "latest_test_page",
    "open_escalation",
    "open_test_page",
    "preview",
    "received_test_page",
    "resolve",
]
