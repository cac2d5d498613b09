"""What we do about a mention: one file per idea."""

from triage.models.decision import Decision, Reply
from triage.models.suggestion import Suggestion
from triage.models.triage import Triage

__all__ = ["Decision", "Reply", "Suggestion", "Triage"]
