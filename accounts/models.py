"""Who works here: users, units, duty roles with their order of deputies, API tokens and the bell."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.scopes import Scope, every_scope
from accounts.time_zones import validate_time_zone

NOTED_EVERY = timedelta(minutes=1)


class User(AbstractUser):
    """A person who signs in. Times are shown in their zone, texts in their language."""

    time_zone = models.CharField(
        _("time zone"), max_length=64, default="Europe/Berlin", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    shortcuts = models.BooleanField(
        _("single-key shortcuts"),
        default=True,
        help_text=_("Keys such as j, k and a. Ctrl combinations always work."),
    )
    is_agency = models.BooleanField(
        _("works for an agency"),
        default=False,
        help_text=_("Sees only the channels that name this person, whatever their units."),
    )

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Unit(models.Model):
    """A part of the organisation that owns channels. accounts/units.py says who sees what of them."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_central = models.BooleanField(
        _("central team"),
        default=False,
        help_text=_("Its members see every channel, also those of the other units and those of none."),
    )
    members = models.ManyToManyField(User, verbose_name=_("members"), related_name="units", blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return self.name


class Role(models.Model):
    """A duty such as PR lead, held by people in an order: the first is on shift, the next is the deputy."""

    slug = models.SlugField(_("short name"), unique=True)
    name_en = models.CharField(_("name, English"), max_length=100)
    name_de = models.CharField(_("name, German"), max_length=100)
    people = models.ManyToManyField(User, through="RoleHolder", related_name="roles")

    class Meta:
        ordering = ["slug"]
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The role's name in the reader's language."""
        return self.name_de if (get_language() or "").startswith("de") else self.name_en

    def active_people(self) -> list[User]:
        """Who can be called, in order; uses prefetched holders."""
        return [holder.person for holder in self.holders.all() if holder.person.is_active]


class RoleHolderQuerySet(models.QuerySet):
    def active(self) -> "RoleHolderQuerySet":
        """Holders who can be called: people who left keep their place in history only."""
        return self.filter(person__is_active=True)

    def in_order(self) -> "RoleHolderQuerySet":
        """Role by role: who is on shift, then the deputies; role and person are fetched along."""
        return self.select_related("role", "person").order_by("role__slug", "position", "id")


class RoleHolder(models.Model):
    """One person's place in a role's order."""

    role = models.ForeignKey(Role, models.CASCADE, verbose_name=_("role"), related_name="holders")
    person = models.ForeignKey(User, models.CASCADE, verbose_name=_("person"), related_name="duties")
    position = models.PositiveSmallIntegerField(_("position"), default=1)

    objects = RoleHolderQuerySet.as_manager()

    class Meta:
        ordering = ["role", "position", "id"]
        verbose_name = _("holder")
        verbose_name_plural = _("holders")
        constraints = [models.UniqueConstraint(fields=["role", "person"], name="one_place_per_role")]

    def __str__(self) -> str:
        return f"{self.role} {self.position}: {self.person}"


class ApiTokenQuerySet(models.QuerySet):
    def usable(self) -> "ApiTokenQuerySet":
        """Tokens that open the API now: not revoked, not expired, owner still active."""
        current = models.Q(expires_at=None) | models.Q(expires_at__gt=Now())
        return self.filter(current, revoked_at=None, owner__is_active=True)

    def revoke(self) -> int:
        """Closes these tokens for good; an earlier revocation keeps its time."""
        return self.filter(revoked_at=None).update(revoked_at=Now())


class ApiToken(models.Model):
    """A bearer token. Only its SHA-256 is kept; the token itself is shown once."""

    owner = models.ForeignKey(User, models.CASCADE, verbose_name=_("owner"), related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(models.CharField(max_length=32, choices=Scope), verbose_name=_("scopes"), default=every_scope)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name

    def scopes_in_words(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes if scope in Scope.values]

    def note_use(self) -> None:
        """Remembers the use, to the minute: a busy token must not become a row that everybody waits for."""
        if self.last_used_at and timezone.now() - self.last_used_at < NOTED_EVERY:
            return
        stale = models.Q(last_used_at=None) | models.Q(last_used_at__lt=Now() - NOTED_EVERY)
        ApiToken.objects.filter(stale, pk=self.pk).update(last_used_at=Now())


class CallCountQuerySet(models.QuerySet):
    def forget_old(self) -> int:
        """Removes a few counts of callers who have been silent for an hour; others may be doing the same."""
        old = self.filter(minute__lt=Now() - timedelta(hours=1)).order_by("caller")
        rows = old.select_for_update(skip_locked=True).values("pk")[:100]
        return self.filter(pk__in=rows).delete()[0]


class CallCount(models.Model):
    """How often one caller used the API in the latest minute in which they did."""

    caller = models.CharField(max_length=100, primary_key=True)
    minute = models.DateTimeField(db_index=True)
    calls = models.PositiveIntegerField()

    objects = CallCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("count of calls")
        verbose_name_plural = _("counts of calls")

    def __str__(self) -> str:
        return f"{self.caller}: {self.calls}"


class BellItemQuerySet(models.QuerySet):
    def unread_of(self, person_id: int) -> "BellItemQuerySet":
        return self.filter(person_id=person_id, read_at=None)


class BellItem(models.Model):
    """One line behind a person's bell: something needs them, or is for their information."""

    class Group(models.TextChoices):
        NEEDS_YOU = "needs_you", _("Needs you")
        INFORMATION = "information", _("For information")

    person = models.ForeignKey(User, models.CASCADE, related_name="bell_items")
    group = models.CharField(max_length=16, choices=Group)
    key = models.CharField(max_length=100, help_text="Ringing twice with one key makes one line.")
    title = models.CharField(max_length=300)
    url = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    objects = BellItemQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="one_bell_line_per_key")]
        indexes = [
            models.Index(fields=["person", "-created_at"], condition=models.Q(read_at=None), name="bell_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Invitation(models.Model):
    """Asks somebody by mail to join; its link makes their account, with the groups, roles and units chosen here."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    email = models.EmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    groups = models.ManyToManyField(Group, verbose_name=_("groups"), blank=True)
    roles = models.ManyToManyField(Role, verbose_name=_("roles"), blank=True)
    units = models.ManyToManyField(Unit, verbose_name=_("units"), blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, verbose_name=_("invited by"), related_name="+")
    nonce = models.CharField(max_length=32, editable=False)  # a new one with every mail: only the last link works
    created_at = models.DateTimeField(_("invited"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    sent_at = models.DateTimeField(_("mail sent"), null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    person = models.OneToOneField(
        User, models.PROTECT, verbose_name=_("person"), null=True, editable=False, related_name="invitation"
    )

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_per_address",
            )
        ]

    def __str__(self) -> str:
        return self.email

    def state(self, now: datetime) -> str:
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.OPEN if now < self.expires_at else self.State.EXPIRED


class SignInMail(models.Model):
    """A mail about signing in that waits for a worker, and is deleted once it is out.

    For a forgotten password it holds the address that was typed, whoever's it is: only the worker looks whether there
    is such a person, so the answer on screen cannot tell.
    """

    class Kind(models.TextChoices):
        PASSWORD = "password", _("password forgotten")
        INVITATION = "invitation", _("invitation")
        NOTICE = "notice", _("notice")

    kind = models.CharField(max_length=16, choices=Kind)
    address = models.EmailField()
    person = models.ForeignKey(User, models.CASCADE, null=True, related_name="+")
    invitation = models.ForeignKey(Invitation, models.CASCADE, null=True, related_name="+")
    what = models.CharField(max_length=40, blank=True)  # which notice
    created_at = models.DateTimeField(auto_now_add=True)
    next_attempt_at = models.DateTimeField(db_index=True, db_default=Now())
    attempts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
