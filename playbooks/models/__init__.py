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
from playbooks.models.cover import CoverDay, CoverHours
from playbooks.models.house import HousePage, HousePageVersion
from playbooks.models.knowledge import KnowledgeEntry, KnowledgeFeedback
from playbooks.models.notes import ChannelNote
from playbooks.models.receipts import ReadReceipt
from playbooks.models.responsibility import ResponsibilityRule
from playbooks.models.scenarios import (
    DoNot,
    Outlet,
    ResponsibilityClass,
    Scenario,
    ScenarioRole,
    ScenarioStrategy,
    ScenarioTask,
    Sign,
    StatementTemplate,
    Strategy,
)

__all__ = [
    "ChannelNote",
    "CoverDay",
    "CoverHours",
    "Disposition",
    "DoNot",
    "EscalationPolicy",
    "FrozenVersionError",
    "HousePage",
    "HousePageVersion",
    "KnowledgeEntry",
    "KnowledgeFeedback",
    "Level",
    "Outlet",
    "Playbook",
    "PlaybookVersion",
    "PolicyStep",
    "ReadReceipt",
    "ResponseTemplate",
    "ResponsibilityClass",
    "ResponsibilityRule",
    "Scenario",
    "ScenarioRole",
    "ScenarioStrategy",
    "ScenarioTask",
    "SeverityLevel",
    "Sign",
    "StartTree",
    "StatementTemplate",
    "Strategy",
    "Urgency",
    "in_readers_language",
]
