"""The timeline in words. Its rows hold ids; names are looked up when somebody reads it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from crisis.models import Acknowledgement, ContactMethod, Escalation, Notification, Page, TimelineEntry
from playbooks.models import Level

Kind = TimelineEntry.Kind
CAUSES: Mapping[str, str | Promise] = {
    "step_failed": gettext_lazy("A step could not be fired."),
    "late": gettext_lazy("The workers have not run for two minutes."),
    "no_page": gettext_lazy("An open escalation has called nobody."),
    "overdue": gettext_lazy("A step is more than a minute late."),
    "undelivered": gettext_lazy("Notifications have been waiting for more than a minute."),
    "refused_us": gettext_lazy("The mail server refuses us, not the person it is for."),
}
LOUD = {Kind.NOBODY, Kind.NO_CONTACT, Kind.RAN_OUT, Kind.EXHAUSTED, Kind.REPEATED, Kind.STEP_FAILED}
TONES: Mapping[str, str] = {
    **dict.fromkeys(LOUD | {Kind.CONTACT_DISABLED, Kind.UNREACHABLE, Kind.UNSENT, Kind.FAULT}, "danger"),
    Kind.ACKNOWLEDGED: "ok",
    Kind.RESOLVED: "ok",
}


@dataclass(frozen=True, slots=True)
class Line:
    """`escalation_id`, `mention_id`: what the line is about, for a link."""

    at: datetime
    text: str
    tone: str
    mention_id: int | None
    escalation_id: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence may name: who acted, whom it called, whom it is about."""

    data: Mapping[str, Any]
    actor: str
    people: str
    person: str
    is_engine: bool


def in_words(escalation: Escalation, entries: Iterable[TimelineEntry], pages: Iterable[Page]) -> list[Line]:
    """The newest line first; `entries` with their actors, `pages` with their people."""
    names = {page.pk: str(page.person) for page in pages}
    people = {page.person_id: str(page.person) for page in pages}
    lines = [_line(entry, names, people, escalation) for entry in entries]
    return lines[::-1]


def _line(entry: TimelineEntry, names: Mapping[str, str], people: Mapping[int, str], escalation: Escalation) -> Line:
    called = ", ".join(names[pk] for pk in entry.data.get("pages", ()) if pk in names)
    told = Told(
        data=entry.data,
        actor=_name(entry.actor),
        people=called,
        person=people.get(entry.data.get("person", 0), "?"),
        is_engine=escalation.subject_kind == Escalation.Subject.ENGINE,
    )
    return Line(
        entry.at,
        SENTENCES[entry.kind](told),
        TONES.get(entry.kind, ""),
        entry.data.get("mention"),
        entry.data.get("escalation"),
    )


def _name(actor: User | None) -> str:
    return str(actor) if actor else _("The console")


def _level(level: str) -> str:
    return f"{level} {Level(level).label}"


def _opened(told: Told) -> str:
    return _("%(who)s opened it: %(level)s.") % {"who": told.actor, "level": _level(told.data["severity"])}


def _attached(told: Told) -> str:
    return _("%(who)s escalated a further mention of the same story.") % {"who": told.actor}


def _rose(told: Told) -> str:
    if told.data["severity"] == told.data["before"]:
        return _("%(who)s named further roles: calling starts anew.") % {"who": told.actor}
    level = _level(told.data["severity"])
    return _("%(who)s raised it to %(level)s: calling starts anew.") % {"who": told.actor, "level": level}


def _step_fired(told: Told) -> str:
    where = {"step": told.data["step"], "round": told.data["round"], "people": told.people}
    return _("Step %(step)d, round %(round)d. Called: %(people)s.") % where


def _nobody(told: Told) -> str:
    where = {"step": told.data["step"], "round": told.data["round"]}
    return _("Step %(step)d, round %(round)d: nobody holds these roles. Passed at once.") % where


def _no_contact(told: Told) -> str:
    return _("%(person)s has no contact method outside the console.") % {"person": told.person}


def _acknowledged(told: Told) -> str:
    via = Acknowledgement.Via(told.data["via"]).label
    return _("%(who)s has it (%(via)s).") % {"who": told.actor, "via": via}


def _ran_out(told: Told) -> str:
    return _("The acknowledgement ran out: calling starts anew.")


def _exhausted(told: Told) -> str:
    if not told.people:
        return _("Nobody answered, and there is no owner who could be called.")
    return _("Nobody answered. Called as owner: %(people)s.") % {"people": told.people}


def _repeated(told: Told) -> str:
    if not told.people:
        return _("Still nobody answers, and nobody can be called.")
    return _("Still nobody answers. Called again: %(people)s.") % {"people": told.people}


def _resolved(told: Told) -> str:
    if told.is_engine and "closed_by_quiet" in told.data:
        return _("Closed: ten minutes without a fault.")
    return _("%(who)s resolved it.") % {"who": told.actor}


def _cancelled(told: Told) -> str:
    return _("%(who)s cancelled it. Whoever was called is told to stand down.") % {"who": told.actor}


def _step_failed(told: Told) -> str:
    return _("The step could not be fired (%(error)s). It is tried again in a minute; the owners are called.") % {
        "error": told.data["error"]
    }


def _contact_disabled(told: Told) -> str:
    return _("A contact method of %(person)s does not work and was switched off.") % {"person": told.person}


def _unreachable(told: Told) -> str:
    return _("%(person)s cannot be reached outside the console.") % {"person": told.person}


def _unsent(told: Told) -> str:
    way = ContactMethod.Kind(told.data["method"]).label
    if told.data["state"] == Notification.State.EXPIRED:
        return _("%(person)s, %(way)s: it could not be sent in time and is not tried any more.") % {
            "person": told.person,
            "way": way,
        }
    return _("%(person)s, %(way)s: not sent, because this contact method was switched off.") % {
        "person": told.person,
        "way": way,
    }


def _fault(told: Told) -> str:
    return str(CAUSES.get(told.data["cause"], told.data["cause"]))


SENTENCES: Mapping[str, Callable[[Told], str]] = {
    Kind.OPENED: _opened,
    Kind.ATTACHED: _attached,
    Kind.ROSE: _rose,
    Kind.STEP_FIRED: _step_fired,
    Kind.NOBODY: _nobody,
    Kind.NO_CONTACT: _no_contact,
    Kind.ACKNOWLEDGED: _acknowledged,
    Kind.RAN_OUT: _ran_out,
    Kind.EXHAUSTED: _exhausted,
    Kind.REPEATED: _repeated,
    Kind.RESOLVED: _resolved,
    Kind.CANCELLED: _cancelled,
    Kind.STEP_FAILED: _step_failed,
    Kind.CONTACT_DISABLED: _contact_disabled,
    Kind.UNREACHABLE: _unreachable,
    Kind.UNSENT: _unsent,
    Kind.FAULT: _fault,
}
