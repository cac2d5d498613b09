"""House rules and guidelines as pages with versions; a published version never changes."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from playbooks.models.agreed import FrozenVersionError, in_readers_language


class HousePage(models.Model):
    """A page under a name that stays; what it says stands in its versions."""

    slug = models.SlugField(_("short name"), unique=True)
    title_en = models.CharField(_("title, English"), max_length=200)
    title_de = models.CharField(_("title, German"), max_length=200)
    public_address = models.URLField(
        _("where the public reads it"), max_length=500, blank=True,
        help_text=_("On our own website. Replies link there, never into the console."),
    )  # fmt: skip

    class Meta:
        ordering = ["slug"]
        verbose_name = _("house page")
        verbose_name_plural = _("house pages")

    def __str__(self) -> str:
        return in_readers_language(self.title_en, self.title_de)


class HousePageVersion(models.Model):
    """One wording of a page, in both languages, as Markdown. The database refuses to change it once published."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PUBLISHED = "published", _("Published")
        RETIRED = "retired", _("Retired")

    page = models.ForeignKey(HousePage, models.PROTECT, verbose_name=_("house page"), related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.DRAFT, editable=False)
    body_en = models.TextField(
        _("text, English"),
        help_text=_("Markdown. A heading with an anchor for links is written as: ## Rule 1 {#rule-1}"),
    )
    body_de = models.TextField(_("text, German"), help_text=_("With the same anchors as the English text."))
    change_note = models.TextField(_("what changed and why"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("written by"), related_name="+",
        null=True, editable=False,
    )  # fmt: skip
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("published by"), related_name="+",
        null=True, editable=False,
    )  # fmt: skip

    class Meta:
        ordering = ["page", "-number"]
        verbose_name = _("version of a house page")
        verbose_name_plural = _("versions of house pages")
        permissions = [("publish_housepageversion", "Can publish a version that somebody else wrote")]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="page_version_number_once"),
            models.UniqueConstraint(
                fields=["page"], condition=models.Q(state="published"), name="one_published_page_version"
            ),
            models.CheckConstraint(
                condition=models.Q(author=None) | ~models.Q(author=models.F("published_by")),
                name="page_publisher_is_not_the_author",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.page} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A trigger refuses what comes by another way."""
        stored = HousePageVersion.objects.filter(pk=self.pk).exclude(state=self.State.DRAFT)
        if self.pk and stored.exists():
            raise FrozenVersionError(_("A published version never changes; make a new one."))
        super().save(*args, **kwargs)

    @property
    def body(self) -> str:
        return in_readers_language(self.body_en, self.body_de)
