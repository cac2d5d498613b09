"""Approved answers to what people ask, and what those who use them say about them."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext_lazy as _

from monitoring.models import Mention, WatchedTopic
from playbooks.models.agreed import in_readers_language
from playbooks.placeholders import refuse_unknown

TEXTS = ("question_en", "question_de", "also_en", "also_de", "answer_en", "answer_de")


class Entries(models.QuerySet["KnowledgeEntry"]):
    def in_force(self) -> "Entries":
        """Approved and not yet expired, by the database's clock."""
        lasting = models.Q(valid_until=None) | models.Q(valid_until__gte=TruncDate(Now()))
        return self.filter(lasting, approved_by__isnull=False)


class KnowledgeEntry(models.Model):
    """A question with its answer in both languages. It counts once somebody other than its author approved it."""

    question_en = models.CharField(_("question, English"), max_length=300)
    question_de = models.CharField(_("question, German"), max_length=300)
    also_en = models.TextField(
        _("also asked as, English"), blank=True, help_text=_("One way of asking per line; they count as the question.")
    )
    also_de = models.TextField(_("also asked as, German"), blank=True)
    answer_en = models.TextField(_("answer, English"), validators=[refuse_unknown])
    answer_de = models.TextField(_("answer, German"), validators=[refuse_unknown])
    topic = models.ForeignKey(
        WatchedTopic, models.SET_NULL, verbose_name=_("product or topic"), related_name="+", null=True, blank=True
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True, help_text=_("Empty: until further notice."))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("kept by"), related_name="+",
        help_text=_("Keeps it right, and hears when somebody calls it outdated."),
    )  # fmt: skip
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("written by"), related_name="+", editable=False
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("approved by"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    search_en = models.GeneratedField(
        expression=SearchVector("question_en", "also_en", config="english"),
        output_field=SearchVectorField(), db_persist=True,
    )  # fmt: skip
    search_de = models.GeneratedField(
        expression=SearchVector("question_de", "also_de", config="german"),
        output_field=SearchVectorField(), db_persist=True,
    )  # fmt: skip

    objects = Entries.as_manager()

    class Meta:
        ordering = ["question_en"]
        verbose_name = _("approved answer")
        verbose_name_plural = _("approved answers")
        permissions = [("approve_knowledgeentry", "Can approve an answer that somebody else wrote")]
        indexes = [
            GinIndex(fields=["search_en"], name="knowledge_en"),
            GinIndex(fields=["search_de"], name="knowledge_de"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("author")),
                name="answer_approved_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.question

    @property
    def question(self) -> str:
        return in_readers_language(self.question_en, self.question_de)

    @property
    def answer(self) -> str:
        return in_readers_language(self.answer_en, self.answer_de)

    def in_language(self, language: str) -> str:
        return self.answer_de if language.startswith("de") else self.answer_en


class KnowledgeFeedback(models.Model):
    """Somebody found an answer outdated while answering a mention."""

    entry = models.ForeignKey(KnowledgeEntry, models.CASCADE, related_name="feedback")
    mention = models.ForeignKey(Mention, models.SET_NULL, verbose_name=_("mention"), related_name="+", null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("said by"), related_name="+")
    at = models.DateTimeField(_("at"), db_default=Now(), editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("called outdated")
        verbose_name_plural = _("called outdated")
        constraints = [
            models.UniqueConstraint(
                fields=["entry", "by"], condition=models.Q(settled_at=None), name="outdated_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entry} ({self.by})"
