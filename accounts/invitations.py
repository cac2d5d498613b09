"""Inviting people: the link is good once, for a week, and only the one of the last mail.

Who accepts gets the groups, roles and units that the inviting admin chose, and nothing else.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import Max

from accounts import mails
from accounts.invitation_links import read
from accounts.models import Invitation, Role, RoleHolder, Unit, User

ADMIN_GROUP = "admin"


@transaction.atomic
def invite(
    email: str,
    language: str,
    *,
    groups: Sequence[Group],
    roles: Sequence[Role],
    units: Sequence[Unit] = (),
    by: User,
    now: datetime,
) -> Invitation:
    """A new invitation, its mail on the way. Raises IntegrityError when the address has an open one."""
    invitation = Invitation(email=email, language=language, invited_by=by)
    renew(invitation, now)
    invitation.groups.set(groups)
    invitation.roles.set(roles)
    invitation.units.set(units)
    mails.queue_invitation(invitation)
    return invitation


@transaction.atomic
def send_again(pk: int, now: datetime) -> bool:
    """A new mail with a new link; the earlier one stops working. False when it was accepted or withdrawn."""
    invitation = unfinished(pk)
    if invitation is None:
        return False
    renew(invitation, now)
    mails.queue_invitation(invitation)
    return True


@transaction.atomic
def withdraw(pk: int, now: datetime) -> bool:
    """Its link stops working. False when it was accepted or withdrawn before."""
    invitation = unfinished(pk)
    if invitation is None:
        return False
    invitation.withdrawn_at = now
    invitation.save(update_fields=["withdrawn_at"])
    return True


def renew(invitation: Invitation, now: datetime) -> None:
    invitation.nonce = secrets.token_urlsafe(16)
    invitation.expires_at = now + timedelta(days=settings.INVITATION_DAYS)
    invitation.sent_at = None
    invitation.save()


def unfinished(pk: int) -> Invitation | None:
    """Locked until the transaction ends, so that accepting and withdrawing cannot both win."""
    return Invitation.objects.select_for_update().filter(pk=pk, accepted_at=None, withdrawn_at=None).first()


def behind(token: str, now: datetime) -> Invitation | None:
    """The invitation that this link opens now; None whatever the reason: forged, old, used or withdrawn."""
    found = read(token)
    if found is None:
        return None
    pk, nonce = found
    invitation = Invitation.objects.filter(pk=pk, nonce=nonce).select_related("invited_by").first()
    return invitation if invitation and invitation.state(now) == Invitation.State.OPEN else None


def open_for(email: str, now: datetime) -> Invitation | None:
    """The open invitation of an address that a provider vouches for."""
    unused = Invitation.objects.filter(email__iexact=email, accepted_at=None, withdrawn_at=None, expires_at__gt=now)
    return unused.first()


@transaction.atomic
def accept(invitation: Invitation, person: User, now: datetime) -> User | None:
    """Makes `person`, not saved yet, an account with what the invitation says; None when it no longer may be."""
    locked = unfinished(invitation.pk)
    if locked is None or locked.nonce != invitation.nonce or locked.state(now) != Invitation.State.OPEN:
        return None
    if User.objects.filter(email__iexact=locked.email).exists():
        return None
    groups = list(locked.groups.all())
    person.email = locked.email
    person.is_staff = any(group.name == ADMIN_GROUP for group in groups)
    person.save()
    person.groups.set(groups)
    person.units.set(locked.units.all())
    for role in locked.roles.all():
        last = role.holders.aggregate(last=Max("position"))["last"] or 0
        RoleHolder.objects.create(role=role, person=person, position=last + 1)
    locked.accepted_at, locked.person = now, person
    locked.save(update_fields=["accepted_at", "person"])
    return person
