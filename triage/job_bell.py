"""Tells people in their language that the long work they asked for has ended."""

from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.bell import ring
from accounts.models import BellItem
from plumbing.jobs import KINDS
from plumbing.models import Job


def ring_the_bell(job: Job) -> None:
    """Work that began by itself rings for nobody."""
    if job.started_by is None:
        return
    kind, is_done = KINDS[job.kind], job.state == Job.State.DONE
    with translation.override(job.started_by.language):
        title = _("%(work)s: done.") if is_done else _("%(work)s: could not be finished.")
        title %= {"work": kind.title}
    address = kind.address if is_done else "job"
    group = BellItem.Group.INFORMATION
    url = reverse(address, args=[job.pk])
    ring(job.started_by.pk, group=group, key=f"job:{job.pk}", title=title, url=url)
