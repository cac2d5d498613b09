"""Approved answers in the admin. Changing a text takes the approval back; approving is another person's."""

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from playbooks.models import KnowledgeEntry
from playbooks.models.knowledge import TEXTS
from playbooks.scenario_admin import vocabulary_table


@admin.register(KnowledgeEntry)
class KnowledgeEntryAdmin(admin.ModelAdmin):
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    list_display = ["__str__", "topic", "valid_until", "owner", "author", "approved_by"]
    list_filter = ["topic", "valid_until"]
    list_select_related = ["topic", "owner", "author", "approved_by"]
    search_fields = ["question_en", "question_de", "also_en", "also_de", "answer_en", "answer_de"]
    fieldsets = [
        (None, {"fields": [("question_en", "question_de"), ("also_en", "also_de"), ("answer_en", "answer_de"),
                           "topic", "valid_until", "owner", "approval"]}),
        (_("Placeholders that answers may hold"), {"classes": ["collapse"], "fields": ["vocabulary"]}),
    ]  # fmt: skip
    readonly_fields = ["approval", "vocabulary"]

    def save_model(self, request: HttpRequest, obj: KnowledgeEntry, form: forms.ModelForm, change: bool) -> None:
        """An approval is for exactly these words; whoever changes them is their author."""
        if not change or set(TEXTS) & set(form.changed_data):
            obj.author, obj.approved_by, obj.approved_at = request.user, None, None
        super().save_model(request, obj, form, change)

    @admin.display(description=_("approval"))
    def approval(self, entry: KnowledgeEntry) -> SafeString | str:
        if not entry.pk:
            return _("Somebody other than you approves it after saving.")
        if entry.approved_by:
            return str(entry.approved_by)
        address = reverse("playbooks:knowledge") + f"#answer-{entry.pk}"
        return format_html('<a href="{}">{}</a>', address, _("Waits for somebody else"))

    @admin.display(description=_("placeholders"))
    def vocabulary(self, entry: KnowledgeEntry) -> SafeString:
        return vocabulary_table()
