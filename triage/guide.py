"""The guided decision: which question a person is asked next, what is settled, and where the way leads.

Stateless: the answers given so far travel with every request as `answer:tree/node`, and the server walks anew.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from playbooks.explain import ExplainedStep, explained_risks, explained_steps, outcome_of
from playbooks.path import PERSON, Path, Problem, Step
from playbooks.tree import Outcome
from playbooks.words import NO_HITS, Hits, problem_in_words
from triage.models.suggestion import FAILED
from triage.walked import SAFE, Walked

ANSWER = "answer:"
MOST_ANSWERS = 60  # no sensible way is longer; more in a request is noise


@dataclass(frozen=True, slots=True)
class Settled:
    """A step behind us. `change` is the query that asks it again and drops the answers after it."""

    step: ExplainedStep
    change: str


@dataclass(frozen=True, slots=True)
class Guide:
    """What the decision card shows. Exactly one of `confirm`, `question` and `outcome` is set, or none if the way is
    broken (then `problems` says why). `fired_elsewhere`: risks that speak for themselves before the way reaches them.
    """

    walked: Walked
    settled: list[Settled]
    confirm: list[ExplainedStep] = field(default_factory=list)
    question: ExplainedStep | None = None
    outcome: Outcome | None = None
    fired_elsewhere: list[ExplainedStep] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    back: str | None = None

    @property
    def answers(self) -> list[tuple[str, str]]:
        """Name and value of the hidden fields that carry the answers given so far."""
        return [(ANSWER + key, answer) for key, answer in self.walked.answers.items()]

    @property
    def confirming(self) -> list[tuple[str, str]]:
        """The fields that the joint confirmation adds: one "no" per risk question."""
        return [(ANSWER + step.key, SAFE) for step in self.confirm]

    @property
    def hinted_count(self) -> int:
        return sum(1 for settled in self.settled if settled.step.because and not settled.step.by_person)


def answers_from(data: Mapping[str, str]) -> dict[str, str]:
    """The answers that a request carries, in its order; the last one to a question wins."""
    given = [(key.removeprefix(ANSWER), value) for key, value in data.items() if key.startswith(ANSWER)]
    return dict(given[:MOST_ANSWERS])


def guide(walked: Walked, ask: str = "", hits: Hits = NO_HITS) -> Guide:
    """`ask` names a question of the way to be asked in full, as Change wants it, even if a hint would answer it."""
    path = walked.path
    steps = explained_steps(path, walked.trees, hits)
    place, is_joint = _next_place(path, ask)
    fired = explained_risks(path, walked.trees, hits)
    off_path = [step for step in fired if step.key not in {s.key for s in path.steps}]
    behind = {step.key for step in path.steps[: place + (not is_joint)]}
    found = Guide(
        walked=walked,
        settled=list(_settled(path, steps[:place], walked.answers)),
        fired_elsewhere=[step for step in fired if step.key not in behind],
        problems=[_in_words(problem) for problem in _problems(walked)],
        back=_back(walked.answers),
    )
    if place < len(steps):
        return replace(found, confirm=_run(path, steps[place:])) if is_joint else replace(found, question=steps[place])
    unanswered = next((step for step in off_path if not step.answer), None)
    if unanswered and path.disposition != "escalate":
        return replace(found, question=unanswered)
    return replace(found, outcome=outcome_of(path, walked.trees))


def explained(walked: Walked, keys: Iterable[str]) -> list[ExplainedStep]:
    """Questions of the playbooks by key, in words, with what the person answered."""
    steps = []
    for key in keys:
        slug, _slash, name = key.partition("/")
        steps.append(Step(slug, walked.trees[slug].version, name, walked.answers.get(key)))
    return explained_steps(Path(steps=tuple(steps)), walked.trees)


def query_of(answers: Mapping[str, str], **more: str) -> str:
    return urlencode([(ANSWER + key, answer) for key, answer in answers.items()] + list(more.items()))


def _next_place(path: Path, ask: str) -> tuple[int, bool]:
    """Where the way stops to ask: the place of the step, and whether it opens a joint confirmation."""
    for place, step in enumerate(path.steps):
        if step.key == ask:
            return place, False
        if step.key in path.to_confirm:
            return place, True
        if step.key == path.open_question or (step.by != PERSON and _has_fired(path, step)):
            return place, False
    return len(path.steps), False


def _has_fired(path: Path, step: Step) -> bool:
    return any(risk.key == step.key and risk.fired for risk in path.risks)


def _run(path: Path, steps: list[ExplainedStep]) -> list[ExplainedStep]:
    """The risk questions in a row, up to the first step that is none."""
    return list(takewhile(lambda step: step.key in path.to_confirm, steps))


def _settled(path: Path, steps: list[ExplainedStep], answers: Mapping[str, str]) -> Iterator[Settled]:
    for place, step in enumerate(steps):
        change = query_of(_answers_before(path, place, answers), ask=step.key)
        yield Settled(step, change)


def _answers_before(path: Path, place: int, answers: Mapping[str, str]) -> dict[str, str]:
    """The person's answers to the steps before this place; answers off the way are dropped with the later ones."""
    earlier = {step.key for step in path.steps[:place]}
    return {key: answer for key, answer in answers.items() if key in earlier}


def _back(answers: Mapping[str, str]) -> str | None:
    """The query that asks the person's last answer again."""
    if not answers:
        return None
    *earlier, (last, _given) = answers.items()
    return query_of(dict(earlier), ask=last)


def _problems(walked: Walked) -> list[Problem]:
    """Those of this walk, and what went wrong when the suggestion was made."""
    kept = Path.from_json(walked.suggestion.path).problems
    return [*(problem for problem in kept if problem.code == FAILED), *walked.path.problems]


def _in_words(problem: Problem) -> str:
    if problem.code == FAILED:
        return _("The software could not make a suggestion (%s). Please judge for yourself.") % problem.detail
    return problem_in_words(problem)
