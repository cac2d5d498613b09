"""What a playbook's decision tree is made of: plain, frozen data without database, clock or Django."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playbooks.rules import Rule

JUMP = "tree:"
LANGUAGES = ("en", "de")
LEVELS = ("L0", "L1", "L2", "L3", "L4")
DISPOSITIONS = ("respond", "ignore", "escalate")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the languages of the console."""

    en: str
    de: str

    def in_language(self, language: str) -> str:
        """The German text for `de` and `de-…`, else the English one."""
        return self.de if language.split("-")[0] == "de" else self.en


@dataclass(frozen=True, slots=True)
class Answer:
    """`to` is a node or an outcome of the same tree, or a jump: `tree:self-inflicted`."""

    slug: str
    to: str
    label: Text


@dataclass(frozen=True, slots=True)
class Node:
    """A question. `risk`: a person confirms it, never hinted "no". `task`: a thing to do, never hinted."""

    slug: str
    question: Text
    answers: tuple[Answer, ...]
    hints: tuple[Rule, ...] = ()
    risk: bool = False
    task: bool = False
    phase: str = ""
    added: bool = False

    def answer(self, slug: str | None) -> Answer | None:
        return next((answer for answer in self.answers if answer.slug == slug), None)


@dataclass(frozen=True, slots=True)
class ExtraTimer:
    """A deadline that starts with an outcome: the data-protection notice, due in `72h`."""

    name: Text
    due: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A leaf: what to do, who does it, by when. `urgency`: a slug of Urgency; `watch`: a duration (`72h`)."""

    slug: str
    do: str
    text: Text
    level: str = ""
    urgency: str = ""
    who: tuple[str, ...] = ()
    approve: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    template: str = ""
    watch: str = ""
    promise: str = ""
    max_replies: int | None = None
    feedback_to: str = ""
    evidence: str = ""
    second_person: bool = False
    extra_timer: ExtraTimer | None = None


@dataclass(frozen=True, slots=True)
class Tree:
    """One version of a playbook. Who leaves a tree of mode strict confirms its task questions first."""

    slug: str
    version: int
    title: Text
    start: str
    nodes: Mapping[str, Node]
    outcomes: Mapping[str, Outcome]
    mode: str = "advisory"
    credit: str = ""
    origin_tag: str = ""
    after: str = ""
    checklist: Mapping[str, Text] = field(default_factory=dict)

    @property
    def is_strict(self) -> bool:
        return self.mode == "strict"

    def key(self, node: str) -> str:
        """The name of a question across trees, as in a person's answers: `scenario-map/danger`."""
        return f"{self.slug}/{node}"
