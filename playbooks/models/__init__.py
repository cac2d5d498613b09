"""What we agreed beforehand, as rows: one file per idea."""

from playbooks.models.agreed import (
    Disposition,
    EscalationPolicy,
    FrozenVersionError,
    Level,
    Playbook,
    PlaybookVersion,
    PolicyStep,
    ResponseTemplate,
    SeverityLevel,
    StartTree,
    Urgency,
    in_readers_language,
)
from playbooks.models.receipts import ReadReceipt

__all__ = [
    "Disposition",
    "EscalationPolicy",
    "FrozenVersionError",
    "Level",
    "Playbook",
    "PlaybookVersion",
    "PolicyStep",
    "ReadReceipt",
    "ResponseTemplate",
    "SeverityLevel",
    "StartTree",
    "Urgency",
    "in_readers_language",
]
