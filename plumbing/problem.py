"""How a call of the API is refused with a reason; alone in its file because Django REST framework loads it early."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import exceptions


class Problem(exceptions.APIException):
    """Raise to answer with a problem: `Problem(409, "Somebody was faster.", decision=…)`."""

    def __init__(
        self,
        status: int,
        title: str,
        errors: Iterable[Mapping[str, str]] = (),
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(title)
        self.status_code = status
        self.title = title
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.extra = extra


def refuse_unknown_length(headers: Mapping[str, str]) -> None:
    """For what is read as a whole: a body that comes in chunks could be of any length."""
    if "Transfer-Encoding" in headers:
        raise Problem(411, _("Say how long the body is; one that comes in chunks is not read."))
