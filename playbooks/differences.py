"""What differs between two wordings of a tree, change by change: plain data, put into words by `change_words`.

Plain Python: two equal trees differ in nothing, two that are not equal in at least one change. The number of a version
is no difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playbooks.rules import Rule
from playbooks.tree import LANGUAGES, Node, Outcome, Text, Tree

ADDED, REMOVED, CHANGED = "added", "removed", "changed"
TREE_KEYS = ("start", "mode", "credit", "origin_tag", "after")
NODE_KEYS = ("risk", "task", "phase", "added")
OUTCOME_KEYS = (
    "do", "level", "urgency", "who", "approve", "notify", "template", "watch", "promise", "max_replies",
    "feedback_to", "evidence", "second_person", "extra_timer",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `code` is a key of `change_words.SENTENCES`; `at` the short name of the question, outcome or
    line of the checklist, empty for the tree itself; `answer` that of an answer; `key` a language or a key of the file.
    `old` and `new` are values of the trees: a Text, a text, a Rule, a node's name …; None where there is none.
    """

    code: str
    at: str = ""
    answer: str = ""
    key: str = ""
    old: Any = None
    new: Any = None

    @property
    def mark(self) -> str:
        """What it makes of the question or outcome in the picture: added, removed or changed."""
        return {"question_added": ADDED, "outcome_added": ADDED, "question_removed": REMOVED,
                "outcome_removed": REMOVED}.get(self.code, CHANGED)  # fmt: skip


def differences(old: Tree, new: Tree) -> tuple[Change, ...]:
    """First the tree itself, then questions and outcomes, each in their new order and those removed last."""
    return (
        *_worded("title_reworded", "", old.title, new.title),
        *_keys("tree_changed", "", TREE_KEYS, old, new),
        *_checklist(old, new),
        *_questions(old, new),
        *_outcomes(old, new),
    )


def marks(changes: Iterable[Change]) -> dict[str, str]:
    """Short name of a question or outcome → added, removed or changed, for the picture of the tree."""
    return {change.at: change.mark for change in changes if change.at and not change.code.startswith("line_")}


def answer_marks(changes: Iterable[Change]) -> dict[tuple[str, str], str]:
    """(Question, answer) → added, removed or changed: the arrows of the picture."""
    words = {"answer_added": ADDED, "answer_removed": REMOVED}
    return {(change.at, change.answer): words.get(change.code, CHANGED) for change in changes if change.answer}


def _questions(old: Tree, new: Tree) -> Iterator[Change]:
    moved = _moved(list(old.nodes), list(new.nodes))
    for slug, node in new.nodes.items():
        before = old.nodes.get(slug)
        if before is None:
            yield Change("question_added", slug, new=node.question)
            continue
        if slug in moved:
            yield Change("question_moved", slug, new=_before(list(new.nodes), slug))
        yield from _worded("question_reworded", slug, before.question, node.question)
        yield from _keys("question_changed", slug, NODE_KEYS, before, node)
        yield from _answers(before, node)
        yield from _hints(before, node)
    for slug, node in old.nodes.items():
        if slug not in new.nodes:
            yield Change("question_removed", slug, old=node.question)


def _answers(old: Node, new: Node) -> Iterator[Change]:
    before = {answer.slug: answer for answer in old.answers}
    after = {answer.slug: answer for answer in new.answers}
    moved = _moved(list(before), list(after))
    for slug, answer in after.items():
        if slug not in before:
            yield Change("answer_added", new.slug, slug, new=(answer.label, answer.to))
            continue
        if slug in moved:
            yield Change("answer_moved", new.slug, slug, new=_before(list(after), slug))
        yield from _worded("answer_reworded", new.slug, before[slug].label, answer.label, slug)
        if before[slug].to != answer.to:
            yield Change("answer_leads_elsewhere", new.slug, slug, old=before[slug].to, new=answer.to)
    for slug, answer in before.items():
        if slug not in after:
            yield Change("answer_removed", new.slug, slug, old=(answer.label, answer.to))


def _hints(old: Node, new: Node) -> Iterator[Change]:
    """Equal hints are the same hint; of the others, those that suggest the same answer became each other."""
    gone, come = _without(old.hints, new.hints), _without(new.hints, old.hints)
    if not gone and not come and old.hints != new.hints:
        yield Change("hints_reordered", new.slug)
    for hint in come:
        before = next((other for other in gone if other.suggest == hint.suggest), None)
        if before is None:
            yield Change("hint_added", new.slug, new=hint)
        else:
            gone.remove(before)
            yield Change("hint_changed", new.slug, old=before, new=hint)
    for hint in gone:
        yield Change("hint_removed", new.slug, old=hint)


def _outcomes(old: Tree, new: Tree) -> Iterator[Change]:
    moved = _moved(list(old.outcomes), list(new.outcomes))
    for slug, outcome in new.outcomes.items():
        before = old.outcomes.get(slug)
        if before is None:
            yield Change("outcome_added", slug, new=outcome.text)
            continue
        if slug in moved:
            yield Change("outcome_moved", slug, new=_before(list(new.outcomes), slug))
        yield from _outcome(before, outcome)
    for slug, outcome in old.outcomes.items():
        if slug not in new.outcomes:
            yield Change("outcome_removed", slug, old=outcome.text)


def _outcome(old: Outcome, new: Outcome) -> Iterator[Change]:
    yield from _worded("outcome_reworded", new.slug, old.text, new.text)
    yield from _keys("outcome_changed", new.slug, OUTCOME_KEYS, old, new)


def _checklist(old: Tree, new: Tree) -> Iterator[Change]:
    moved = _moved(list(old.checklist), list(new.checklist))
    for slug, line in new.checklist.items():
        if slug not in old.checklist:
            yield Change("line_added", slug, new=line)
            continue
        if slug in moved:
            yield Change("line_moved", slug, new=_before(list(new.checklist), slug))
        yield from _worded("line_reworded", slug, old.checklist[slug], line)
    for slug, line in old.checklist.items():
        if slug not in new.checklist:
            yield Change("line_removed", slug, old=line)


def _worded(code: str, at: str, old: Text, new: Text, answer: str = "") -> Iterator[Change]:
    for language in LANGUAGES:
        before, after = getattr(old, language), getattr(new, language)
        if before != after:
            yield Change(code, at, answer, language, before, after)


def _keys(code: str, at: str, keys: Sequence[str], old: Any, new: Any) -> Iterator[Change]:
    for key in keys:
        before, after = getattr(old, key), getattr(new, key)
        if before != after:
            yield Change(code, at, "", key, before, after)


def _without(hints: Sequence[Rule], others: Sequence[Rule]) -> list[Rule]:
    """The hints that the others lack, counting equal ones."""
    left = list(others)
    found = []
    for hint in hints:
        if hint in left:
            left.remove(hint)
        else:
            found.append(hint)
    return found


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest names that must have moved to bring the names of both from the old into the new order."""
    places = {name: place for place, name in enumerate(old)}
    common = [name for name in new if name in places]
    return set(common) - set(_longest_in_order(common, places))


def _longest_in_order(names: Sequence[str], places: Mapping[str, int]) -> list[str]:
    """The longest part of `names`, in their order, whose places go up."""
    length: dict[str, int] = {}
    behind: dict[str, str | None] = {}
    for place, name in enumerate(names):
        smaller = [other for other in names[:place] if places[other] < places[name]]
        best = max(smaller, key=lambda other: length[other], default=None)
        length[name], behind[name] = length[best] + 1 if best else 1, best
    found: list[str] = []
    last = max(names, key=lambda name: length[name], default=None)
    while last is not None:
        found.append(last)
        last = behind[last]
    return found


def _before(names: Sequence[str], slug: str) -> str | None:
    """The name that stands before this one; None for the first."""
    place = names.index(slug)
    return names[place - 1] if place else None
