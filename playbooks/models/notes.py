"""What is good to know about the people of a channel."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from monitoring.models import Channel


class ChannelNote(models.Model):
    """One per channel, in the language of those who work there."""

    channel = models.OneToOneField(Channel, models.CASCADE, verbose_name=_("channel"), related_name="note")
    people = models.TextField(_("what people are like there"), blank=True)
    do = models.TextField(_("what goes down well"), blank=True, help_text=_("One thing per line."))
    do_not = models.TextField(_("what to leave"), blank=True, help_text=_("One thing per line."))
    best_times = models.CharField(_("best times"), max_length=200, blank=True)
    moderators = models.CharField(_("moderators of our own, and whom to ask"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("note about the community")
        verbose_name_plural = _("notes about communities")

    def __str__(self) -> str:
        return str(self.channel)
