"""The link in a message with which a person takes over without signing in.

The token is 128 bits of an HMAC of the page under SECRET_KEY, so that every retry of a message carries the same
working link, while the database holds only its SHA-256. It is bound to one page, and so to one person and one
generation of calling; it lasts 12 hours and is good for one acknowledgement.
"""

import base64
import hashlib

from django.conf import settings
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.crypto import salted_hmac

from crisis.models import Acknowledgement, Page

SALT = "crisis.links"
TOKEN_BYTES = 16


def token_of(page: Page) -> str:
    digest = salted_hmac(SALT, f"{page.pk}:{page.generation}", algorithm="sha256").digest()
    return base64.urlsafe_b64encode(digest[:TOKEN_BYTES]).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(page: Page) -> str:
    """The whole address, for a message."""
    return settings.PUBLIC_URL + reverse("crisis:link", args=[token_of(page)])


def page_for(token: str) -> Page | None:
    """The page a link was made for, with `is_good`: whether the link still takes over. None for any other token."""
    used = Acknowledgement.objects.filter(page=OuterRef("pk"), via=Acknowledgement.Via.LINK)
    good = Page.objects.filter(
        ~Exists(used),
        pk=OuterRef("pk"),
        link_expires_at__gt=Now(),
        generation=F("escalation__generation"),
        person__is_active=True,
    )
    rows = Page.objects.select_related("escalation", "person").annotate(is_good=Exists(good))
    return rows.filter(link_digest=digest_of(token)).first()
