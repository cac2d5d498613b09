"""What the API of escalations accepts in an address."""

from django.utils.translation import gettext_lazy as _

from crisis.models import Escalation
from plumbing.api_fields import OneOf, Pattern
from plumbing.newest_first import ListQuery

KINDS = "|".join(Escalation.Subject.values)


class EscalationFilters(ListQuery):
    state = OneOf(Escalation.State.choices, required=False)
    subject = Pattern(
        rf"^({KINDS})(:[0-9]{{1,18}})?$",
        required=False,
        error_messages={"invalid": _("A kind such as story, or a subject such as story:7.")},
    )
