"""How a call of the API is refused with a reason; alone in its file because Django REST framework loads it early."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework import exceptions


class Problem(exceptions.APIException):
    """Raise to answer with a problem: `Problem(409, "Somebody was faster.", decision=…)`."""

    def __init__(self, status: int, title: str, errors: Iterable[Mapping[str, str]] = (), **extra: Any):
        super().__init__(title)
        self.status_code = status
        self.title = title
        self.errors = list(errors)
        self.extra = extra
