"""Unfolds a tree for drawing: every question once, where it is first reached; elsewhere only a pointer to it.

An outcome stands at every answer that leads to it. So no line ever crosses another, and also a draft with loops, dead
ends and unreachable questions can be drawn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from playbooks.tree import JUMP, Answer, Node, Tree

QUESTION, OUTCOME, AGAIN, ELSEWHERE, LOST = "question", "outcome", "again", "elsewhere", "lost"


@dataclass(slots=True)
class Branch:
    """What stands at the end of some `answers` of one question; `kind` is one of above.

    A question has branches of its own: those to the `side`, and at most one that goes on `below` it.
    """

    kind: str
    to: str
    answers: tuple[Answer, ...] = ()
    side: "list[Branch]" = field(default_factory=list)
    below: "Branch | None" = None


def unfolded(tree: Tree) -> list[Branch]:
    """The branch that begins at the start, then those of what no answer leads to."""
    grown = _Growth(tree)
    roots = [grown.root(slug) for slug in (tree.start, *tree.nodes) if grown.is_new(slug)]
    ends = [Branch(OUTCOME, slug) for slug in tree.outcomes if slug not in grown.ends]
    return [*roots, *ends]


class _Growth:
    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.placed: set[str] = set()
        self.ends: set[str] = set()

    def is_new(self, slug: str) -> bool:
        return slug in self.tree.nodes and slug not in self.placed

    def root(self, slug: str) -> Branch:
        """Breadth first, so that a question stands as near to the start as it can."""
        root = Branch(QUESTION, slug)
        self.placed.add(slug)
        grown = [root]
        for branch in grown:
            branch.side = list(self._children(self.tree.nodes[branch.to]))
            grown.extend(child for child in branch.side if child.kind == QUESTION)
        sizes: dict[str, int] = {}
        for branch in reversed(grown):
            _send_one_below(branch, sizes)
        return root

    def _children(self, node: Node) -> Iterator[Branch]:
        leading: dict[str, list[Answer]] = {}
        for answer in node.answers:
            leading.setdefault(answer.to, []).append(answer)
        for to, answers in leading.items():
            yield Branch(self._kind(to), to, tuple(answers))

    def _kind(self, to: str) -> str:
        if to.startswith(JUMP):
            return ELSEWHERE
        if to in self.tree.nodes:
            kind = AGAIN if to in self.placed else QUESTION
            self.placed.add(to)
            return kind
        self.ends.add(to)
        return OUTCOME if to in self.tree.outcomes else LOST


def _send_one_below(branch: Branch, sizes: dict[str, int]) -> None:
    """Of one or two questions that follow, the one with more behind it goes on straight below; of more, none."""
    ahead = [child for child in branch.side if child.kind == QUESTION]
    sizes[branch.to] = 1 + sum(sizes[child.to] for child in ahead)
    if 0 < len(ahead) <= 2:
        branch.below = max(reversed(ahead), key=lambda child: sizes[child.to])
        branch.side.remove(branch.below)
