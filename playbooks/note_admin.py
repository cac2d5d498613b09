"""The note about a community, written where its channel is set up. Monitoring does not know of it."""

from django import forms
from django.contrib import admin
from django.db import models

from monitoring.admin import ChannelAdmin
from playbooks.models import ChannelNote


class ChannelNoteInline(admin.StackedInline):
    model = ChannelNote
    formfield_overrides = {models.TextField: {"widget": forms.Textarea(attrs={"rows": 3})}}
    extra = 1
    can_delete = True


ChannelAdmin.inlines = [*ChannelAdmin.inlines, ChannelNoteInline]
