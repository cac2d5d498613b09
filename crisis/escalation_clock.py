"""When the next step of an escalation is due: plain Python without a clock, tested as tables.

A policy is frozen when its escalation opens: every duration is a number of seconds in it, so that a drill or a fault
test that runs faster divides once, here, and nothing else knows of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

REPEAT_EVERY = 900.0  # an exhausted escalation calls its last step again after this
NEXT_METHOD_AFTER = 120.0  # a person's next contact method is tried this long after the one before
RETRY_DELAYS = (5.0, 15.0, 45.0, 120.0, 300.0)
RETRY_JITTER = 0.2


@dataclass(frozen=True, slots=True)
class FrozenTarget:
    """Whom a step calls: holders of `role` ("all_roles": of any); `who` is on_shift, deputy or all."""

    role: str
    who: str


@dataclass(frozen=True, slots=True)
class FrozenStep:
    """`delay` seconds after the step before, or after the round began, `targets` are called."""

    delay: float
    targets: tuple[FrozenTarget, ...]
    urgency: str = ""
    rule: str = "anyone"


@dataclass(frozen=True, slots=True)
class FrozenPolicy:
    """What an escalation runs by, whatever becomes of the policy it was made from."""

    slug: str
    name: str
    level: str
    rounds: int
    round_delay: float
    acknowledgement_lasts: float | None
    steps: tuple[FrozenStep, ...]
    name_de: str = ""
    repeat_every: float = REPEAT_EVERY
    next_method_after: float = NEXT_METHOD_AFTER

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "FrozenPolicy":
        """Raises KeyError, TypeError or ValueError when `kept` is not a policy."""
        steps = tuple(
            FrozenStep(**{**step, "targets": tuple(FrozenTarget(**target) for target in step["targets"])})
            for step in kept["steps"]
        )
        if not steps or kept["rounds"] < 1:
            raise ValueError("A policy has at least one step and one round.")
        return cls(**{**kept, "steps": steps})

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def faster(self, speed: float) -> "FrozenPolicy":
        """The same policy with every duration divided by `speed`."""
        lasts = self.acknowledgement_lasts
        return replace(
            self,
            round_delay=self.round_delay / speed,
            acknowledgement_lasts=None if lasts is None else lasts / speed,
            repeat_every=self.repeat_every / speed,
            next_method_after=self.next_method_after / speed,
            steps=tuple(replace(step, delay=step.delay / speed) for step in self.steps),
        )

    def also_calling(self, targets: Sequence[FrozenTarget]) -> "FrozenPolicy":
        """The same policy, whose first step calls `targets` too."""
        first, *rest = self.steps
        return replace(self, steps=(replace(first, targets=tuple(dict.fromkeys((*first.targets, *targets)))), *rest))


@dataclass(frozen=True, slots=True)
class NextStep:
    """Step `step` (from 1) of round `round` (from 1) fires at `due_at`."""

    step: int
    round: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Nothing is left to try at `due_at`."""

    due_at: datetime


def next_step(policy: FrozenPolicy, step: int, round: int, fired_at: datetime) -> NextStep | Exhausted:
    """What follows after step `step` of round `round` fired at `fired_at`; step 0: the round began then."""
    if step < len(policy.steps):
        return NextStep(step + 1, round, _after(fired_at, policy.steps[step].delay))
    if round < policy.rounds:
        return NextStep(1, round + 1, _after(fired_at, policy.round_delay + policy.steps[0].delay))
    return Exhausted(_after(fired_at, policy.round_delay))


def retry_delay(attempt: int, jitter: float, retry_after: float | None = None) -> float:
    """Seconds until the next try after failed attempt number `attempt` (from 1).

    `jitter` lies between -1 and 1 and moves the delay by up to a fifth, so that a crowd does not return together.
    A provider's wish to be left alone for `retry_after` seconds is honoured.
    """
    delay = RETRY_DELAYS[min(attempt, len(RETRY_DELAYS)) - 1] * (1 + RETRY_JITTER * jitter)
    return max(delay, retry_after or 0.0)


def _after(moment: datetime, seconds: float) -> datetime:
    return moment + timedelta(seconds=seconds)
