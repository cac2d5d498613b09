"""When it grows: one file per idea."""

from crisis.models.contact import ContactMethod
from crisis.models.engine import EngineHeartbeat
from crisis.models.escalation import Acknowledgement, Escalation, Page, TimelineEntry
from crisis.models.notification import DeliveryAttempt, Notification
from crisis.models.rotation import Rotation, RotationMember, RotationVersion, ShiftOverride

__all__ = [
    "Acknowledgement",
    "ContactMethod",
    "DeliveryAttempt",
    "EngineHeartbeat",
    "Escalation",
    "Notification",
    "Page",
    "Rotation",
    "RotationMember",
    "RotationVersion",
    "ShiftOverride",
    "TimelineEntry",
]
