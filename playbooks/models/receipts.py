"""Who says that they know a version."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from playbooks.models.agreed import PlaybookVersion


class ReadReceipt(models.Model):
    """“I know version 13”: a person says so once, of a version that was in force then."""

    version = models.ForeignKey(PlaybookVersion, models.CASCADE, verbose_name=_("version"), related_name="receipts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"), related_name="read_receipts"
    )
    read_at = models.DateTimeField(_("known since"))

    class Meta:
        ordering = ["-read_at"]
        verbose_name = _("read receipt")
        verbose_name_plural = _("read receipts")
        constraints = [models.UniqueConstraint(fields=["version", "person"], name="one_receipt_per_person")]

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"
