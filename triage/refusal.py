"""Why something that a person wants cannot be recorded like this: every lack at once, each at its field."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lack:
    """`field` as in the API; `answers.tree/node` for a question of a playbook."""

    field: str
    reason: str


class Refused(Exception):
    """Nothing was changed."""

    def __init__(self, lacks: Iterable[Lack]) -> None:
        self.lacks = list(lacks)
        super().__init__(" ".join(lack.reason for lack in self.lacks))
