"""How a person can be reached."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.db import models
from django.utils.translation import gettext_lazy as _

from plumbing.secrets import EncryptedTextField
from plumbing.standard_webhooks import new_secret


class ContactMethodQuerySet(models.QuerySet):
    def usable(self) -> "ContactMethodQuerySet":
        return self.filter(disabled_at=None)

    def outside(self) -> "ContactMethodQuerySet":
        """Without the console, which reaches only whoever looks at it."""
        return self.exclude(kind=ContactMethod.Kind.IN_APP)


class ContactMethod(models.Model):
    """One way to reach one person, tried in the person's own order. The console is everybody's, made when needed."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("E-mail")
        IN_APP = "in_app", _("Console")
        WEBHOOK = "webhook", _("Signed webhook")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="contact_methods"
    )
    kind = models.CharField(_("kind"), max_length=16, choices=Kind)
    address = EncryptedTextField(_("address"), blank=True)
    secrets = EncryptedTextField(blank=True, editable=False, help_text="Newest first, with a space between.")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    verified_at = models.DateTimeField(_("verified"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    disabled_reason = models.CharField(_("reason"), max_length=300, blank=True)
    last_success_at = models.DateTimeField(_("last success"), null=True, editable=False)

    objects = ContactMethodQuerySet.as_manager()

    class Meta:
        ordering = ["person", "position", "id"]
        verbose_name = _("contact method")
        verbose_name_plural = _("contact methods")
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=models.Q(kind="in_app"), name="one_console_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"

    def clean(self) -> None:
        if self.kind == self.Kind.EMAIL:
            try:
                validate_email(self.address)
            except ValidationError as error:
                raise ValidationError({"address": error}) from error
        if self.kind == self.Kind.WEBHOOK:
            try:
                URLValidator(["https", "http"])(self.address)
            except ValidationError as error:
                raise ValidationError({"address": error}) from error

    @property
    def signing_secrets(self) -> tuple[str, ...]:
        return tuple(self.secrets.split())

    def add_secret(self) -> str:
        """A new secret beside the one in use; an older one ends with it. It is shown once."""
        secret = new_secret()
        self.secrets = " ".join([secret, *self.signing_secrets[:1]])
        self.save(update_fields=["secrets"])
        return secret

    def retire_older_secrets(self) -> None:
        self.secrets = " ".join(self.signing_secrets[:1])
        self.save(update_fields=["secrets"])

    @property
    def is_outside(self) -> bool:
        return self.kind != self.Kind.IN_APP

    @property
    def destination(self) -> str:
        """Where its notifier sends to: the console knows people by their id."""
        return self.address if self.is_outside else str(self.person_id)
