"""Where admins set up channels, topics and word lists, and everybody else may look at what came in."""

from django.conf import settings
from django.contrib import admin, messages
from django.db.models import URLField
from django.db.models.functions import Now
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.recent_admin import AsksAgain
from accounts.units import sees_everything, units_managed_by
from monitoring.channels.registry import KINDS, POLLED
from monitoring.forms import ChannelForm, SigningSecretForm, WatchedTopicForm, WordListForm
from monitoring.models import (
    Author,
    Channel,
    Mention,
    OutboundAttempt,
    OutboundPost,
    RawDelivery,
    Reading,
    Revision,
    SigningSecret,
    WatchedTopic,
    WordList,
)
from monitoring.outbound import pause_publishing, resume_publishing
from monitoring.visible_admin import VisibleChannels, VisibleRows
from plumbing.capped_paginator import CappedPaginator
from plumbing.templatetags.outside_text import visible


def outside(name, label, length=None):
    """A column of what strangers wrote, hidden signs spelled out."""

    @admin.display(description=label, ordering=name)
    def shown(self, obj):
        return visible(getattr(obj, name)[:length])

    return shown


@admin.register(Channel)
class ChannelAdmin(VisibleRows):
    form = ChannelForm
    list_display = ["name", "kind", "state", "unit", "last_success_at", "last_mention_at", "error_in_words"]
    list_filter = ["kind", "state", "unit"]
    search_fields = ["name", "slug", "address"]
    prepopulated_fields = {"slug": ["name"]}
    actions = ["poll_now", "dismiss_gap", "pause", "resume"]
    readonly_fields = [
        "handed_in_at",
        "publishing_paused_at",
        "next_poll_at",
        "last_attempt_at",
        "last_success_at",
        "last_mention_at",
        "failures",
        "error_in_words",
        "gap_since",
        "received",
        "rejected",
    ]

    @admin.display(description=_("last error"))
    def error_in_words(self, obj):
        return obj.error_in_words()

    @admin.display(description=_("mentions are handed in at"))
    def handed_in_at(self, obj):
        return hook_url(obj)

    def save_model(self, request, obj, form, change):
        """Writes only what was changed here: a poll or an import may be moving the rest of the row right now."""
        if not change:
            obj.next_poll_at = Now() if obj.kind in POLLED else None
            obj.save()
            return
        fields = [name for name in form.changed_data if name != "agency_people"]
        if {"address", "kind", "state", "poll_every"} & set(fields):
            obj.next_poll_at = Now() if obj.kind in POLLED else None
            fields.append("next_poll_at")
        if fields:
            obj.save(update_fields=fields)

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        """A channel of no unit is the central team's."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "unit" and not sees_everything(request.user):
            field.queryset, field.required = units_managed_by(request.user), True
        return field

    def get_readonly_fields(self, request, obj=None):
        """People of agencies are the central team's to name."""
        return self.readonly_fields + ([] if sees_everything(request.user) else ["agency_people"])

    def has_delete_permission(self, request, obj=None):
        """Pausing ends a channel; what it brought stays."""
        return False

    @admin.action(description=_("Poll now"), permissions=["change"])
    def poll_now(self, request, queryset):
        count = queryset.filter(kind__in=POLLED).update(next_poll_at=Now(), lease_until=None, lease_token=None)
        self.message_user(
            request,
            ngettext("%d channel is polled now.", "%d channels are polled now.", count) % count,
            messages.SUCCESS,
        )

    @admin.action(description=_("Pause publishing"), permissions=["pause"])
    def pause(self, request, queryset):
        for channel in queryset:
            pause_publishing(channel.pk, by=request.user)

    @admin.action(description=_("Let publishing go on"), permissions=["pause"])
    def resume(self, request, queryset):
        for channel in queryset:
            resume_publishing(channel.pk)

    def has_pause_permission(self, request):
        return request.user.has_perm("monitoring.pause_publishing")

    @admin.action(description=_("I have looked into the gap"), permissions=["change"])
    def dismiss_gap(self, request, queryset):
        count = queryset.filter(gap_since__isnull=False).update(gap_since=None)
        self.message_user(
            request, ngettext("%d gap is settled.", "%d gaps are settled.", count) % count, messages.SUCCESS
        )


def hook_url(channel: Channel) -> str:
    """Where the channel's platform calls us; empty for kinds that are not called."""
    kind = KINDS.get(channel.kind)
    return settings.PUBLIC_URL + reverse("hook", args=[channel.slug]) if kind and kind.webhook else ""


@admin.register(SigningSecret)
class SigningSecretAdmin(AsksAgain, VisibleRows):
    """Rotation: add a secret, give it to the other side, retire the old one. None is shown again or changed."""

    form = SigningSecretForm
    list_display = ["channel", "use", "created_at", "created_by", "last_used_at", "retired_at"]
    list_filter = [("channel", VisibleChannels), "use", ("retired_at", admin.EmptyFieldListFilter)]
    list_select_related = ["channel", "created_by"]
    actions = ["retire"]

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.admin = request.user
        return form

    def get_fields(self, request, obj=None):
        shown = ["created_at", "created_by", "last_used_at", "retired_at"]
        return ["channel", "use", *shown] if obj else ["channel", "use", "secret"]

    def has_change_permission(self, request, obj=None):
        """On the list, for retiring; one secret is looked at and not changed."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.created_by = request.user
        obj.save()

    def response_add(self, request, obj, post_url_continue=None):
        """The one page that shows the secret: no redirect carries it, and the administration forbids caching."""
        url = hook_url(obj.channel) if obj.use == SigningSecret.Use.RECEIVE else ""
        context = admin.site.each_context(request) | {"title": _("The new signing secret"), "row": obj}
        return render(request, "monitoring/secret_issued.html", context | {"hook_url": url, "opts": self.opts})

    @admin.action(description=_("Retire the selected secrets"), permissions=["change"])
    def retire(self, request, queryset):
        self.message_user(request, _("Retired: %(count)s.") % {"count": queryset.retire()})


@admin.register(WatchedTopic)
class WatchedTopicAdmin(admin.ModelAdmin):
    form = WatchedTopicForm
    list_display = ["name", "is_brand", "unit", "terms"]
    list_filter = ["is_brand", "unit"]
    search_fields = ["name", "slug"]
    prepopulated_fields = {"slug": ["name"]}


@admin.register(WordList)
class WordListAdmin(admin.ModelAdmin):
    form = WordListForm
    list_display = ["slug", "language", "size"]
    list_filter = ["language", "slug"]

    @admin.display(description=_("entries"))
    def size(self, obj):
        return len(obj.terms)


class Record(admin.ModelAdmin):
    """What happened is looked at, never changed. Lists go by key and are not counted: the archive may be large."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    formfield_overrides = {URLField: {"assume_scheme": "https"}}

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class RecordInline(admin.StackedInline):
    """Belongs to its mention: who may see that may see this, and nobody changes it."""

    extra = 0

    def has_view_permission(self, request, obj=None):
        return True

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class RevisionInline(RecordInline):
    model = Revision
    fields = readonly_fields = ["revision", "superseded_at", "shown_text"]
    shown_text = outside("text", _("text"))


class ReadingInline(RecordInline):
    model = Reading


@admin.register(Mention)
class MentionAdmin(VisibleRows, Record):
    list_display = ["id", "channel", "author", "posted_at", "deleted_at", "__str__"]
    list_filter = [("channel", VisibleChannels)]
    list_select_related = ["channel", "author"]
    ordering = ["-id"]
    exclude = ["search", "text", "url"]
    readonly_fields = ["shown_url", "shown_text"]
    inlines = [ReadingInline, RevisionInline]
    shown_text, shown_url = outside("text", _("text")), outside("url", _("address"))


@admin.register(Author)
class AuthorAdmin(VisibleRows):
    """What a channel says of an account is not ours to change; what kind of person it is, and whether it is us, is."""

    list_display = ["__str__", "shown_handle", "channel", "kind", "by_us", "followers"]
    list_filter = ["kind", "by_us", ("channel", VisibleChannels)]
    search_fields = ["handle", "display_name"]
    list_select_related = ["channel"]
    paginator = CappedPaginator
    show_full_result_count = False
    readonly_fields = ["channel", "shown_id", "shown_handle", "shown_name", "shown_url", "followers", "verified"]
    fields = [*readonly_fields, "kind", "by_us"]
    shown_id, shown_handle = outside("external_id", _("external id")), outside("handle", _("handle"))
    shown_name, shown_url = outside("display_name", _("display name")), outside("url", _("address"))

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        if form.changed_data:
            obj.save(update_fields=form.changed_data)


@admin.register(RawDelivery)
class RawDeliveryAdmin(VisibleRows, Record):
    list_display = [
        "received_at",
        "channel",
        "origin",
        "items",
        "created",
        "updated",
        "duplicates",
        "rejected",
        "due_at",
        "error",
    ]
    list_filter = [("channel", VisibleChannels), "origin"]
    list_select_related = ["channel"]
    ordering = ["-id"]


class AttemptInline(RecordInline):
    model = OutboundAttempt
    fk_name = "post"


@admin.register(OutboundPost)
class OutboundPostAdmin(VisibleRows, Record):
    list_display = ["id", "channel", "state", "author", "created_at", "posted_at"]
    list_filter = ["state", ("channel", VisibleChannels)]
    list_select_related = ["channel", "author"]
    ordering = ["-id"]
