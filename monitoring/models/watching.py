"""What we listen for: names of us and topics we own, and the editable word lists."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Unit


class WatchedTopic(models.Model):
    """Terms that make a mention ours. `is_brand`: they are names of us."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_brand = models.BooleanField(_("names us"), default=False)
    terms = ArrayField(models.CharField(max_length=200), verbose_name=_("terms"))
    not_terms = ArrayField(models.CharField(max_length=200), verbose_name=_("but not"), default=list, blank=True)
    handles = ArrayField(models.CharField(max_length=200), verbose_name=_("our handles"), default=list, blank=True)
    unit = models.ForeignKey(Unit, models.SET_NULL, verbose_name=_("unit"), null=True, blank=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("watched topic")
        verbose_name_plural = _("watched topics")

    def __str__(self) -> str:
        return self.name


class WordList(models.Model):
    """Words and phrases of one list in one language. A trailing * matches any ending."""

    slug = models.SlugField(_("list"))
    language = models.CharField(_("language"), max_length=8)
    terms = ArrayField(models.CharField(max_length=200), verbose_name=_("words and phrases"))

    class Meta:
        ordering = ["slug", "language"]
        verbose_name = _("word list")
        verbose_name_plural = _("word lists")
        constraints = [models.UniqueConstraint(fields=["slug", "language"], name="word_list_once_per_language")]

    def __str__(self) -> str:
        return f"{self.slug} ({self.language})"
