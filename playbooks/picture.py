"""Draws a tree as boxes and lines on the server: plain geometry in pixels, without Django.

Questions go down; what an answer leads to stands beside its question, or, in the narrow picture, indented below it.
Over each box stand the answers that lead there. Nothing overlaps and no lines cross, whatever the tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from playbooks.branches import AGAIN, ELSEWHERE, LOST, OUTCOME, QUESTION, Branch, unfolded
from playbooks.lettering import width, wrapped
from playbooks.tree import JUMP, Tree

HEAD, LETTERS, LABEL = 12.0, 13.5, 12.5  # letter sizes
HEAD_LINE, TEXT_LINE, LABEL_LINE = 17.0, 18.0, 17.0
PAD, ICON = 11.0, 14.0
ATTACH = 20.0  # how far below its upper edge a line meets a box
ABOVE = 14.0  # between a box and the answers of the next


@dataclass(frozen=True, slots=True)
class Format:
    """`step`: how far right of its question the next box begins, `beside`: on the same height, else below it;
    `gutter`: how far from its left edge the line runs that goes on below a box."""

    box: float
    step: float
    beside: bool
    gutter: float
    narrowest: float


WIDE = Format(box=248, step=290, beside=True, gutter=18, narrowest=248)
TALL = Format(box=340, step=20, beside=False, gutter=9, narrowest=220)


@dataclass(frozen=True, slots=True)
class Words:
    """What the picture says beside the tree's own texts, in the reader's language; `language` is that of the texts.

    `kinds` has question, risk, task, respond, ignore, escalate, again (with %(number)s), elsewhere and lost;
    `titles` and `urgencies` name other playbooks and urgencies; `marks` are words beside short names, such as “new”.
    """

    language: str
    kinds: Mapping[str, str]
    titles: Mapping[str, str] = field(default_factory=dict)
    urgencies: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of text, the first with its base line at `y`."""

    x: float
    y: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """`kind` names its shape; `to` is a short name of the tree, or of another playbook where kind is elsewhere."""

    kind: str
    to: str
    x: float
    y: float
    width: float
    height: float
    outline: str
    head: Lettering
    text: Lettering
    mark: str = ""
    is_walked: bool = False

    @property
    def mark_width(self) -> float:
        return width(self.mark, HEAD) + 14

    @property
    def mark_x(self) -> float:
        return self.x + self.width - self.mark_width - 10

    @property
    def mark_y(self) -> float:
        return self.y - 9

    @property
    def mark_word_x(self) -> float:
        return self.mark_x + 7

    @property
    def mark_word_y(self) -> float:
        return self.y + 4

    @property
    def icon_x(self) -> float:
        return self.x + PAD

    @property
    def icon_y(self) -> float:
        return self.y + PAD - 2

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Line:
    way: str
    is_walked: bool


@dataclass(slots=True)
class Picture:
    width: float = 0
    height: float = 0
    boxes: list[Box] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    labels: list[Lettering] = field(default_factory=list)


def picture(tree: Tree, words: Words, format: Format, walked: Mapping[str, str | None] | None = None) -> Picture:
    """`walked`: each question of a path → its answer, None where it stopped; and the outcome → None."""
    drawing = _Drawing(tree, words, format, walked or {})
    for root in unfolded(tree):
        drawing.draw(root, 0, drawing.bottom + (3 * ABOVE if drawing.bottom else 0), root.to in drawing.walked)
    return drawing.finished()


class _Drawing:
    def __init__(self, tree: Tree, words: Words, format: Format, walked: Mapping[str, str | None]) -> None:
        self.tree, self.words, self.format, self.walked = tree, words, format, walked
        self.numbers = {slug: number for number, slug in enumerate(tree.nodes, start=1)}
        self.picture = Picture()
        self.bottom = 0.0

    def draw(self, branch: Branch, column: int, y: float, is_walked: bool) -> Box:
        """Draws a branch with all behind it from `y` on down, and moves `bottom` below it."""
        first = top = self._box(branch, column, y, is_walked)
        self._sides(branch, top, column)
        while branch.below:
            ahead = self._goes_on(branch, branch.below, top)
            box = self._box(branch.below, column, self.bottom + ABOVE, ahead, is_below=True)
            self._line(f"M{top.x + self.format.gutter:g} {top.bottom:g}V{box.y - 1:g}", ahead)
            branch, top = branch.below, box
            self._sides(branch, top, column)
        return first

    def finished(self) -> Picture:
        self.picture.width = max((box.right for box in self.picture.boxes), default=0) + 1
        self.picture.height = self.bottom + 2
        self.picture.lines.sort(key=lambda line: line.is_walked)
        return self.picture

    def _sides(self, branch: Branch, top: Box, column: int) -> None:
        y = top.bottom + ABOVE
        if branch.side and self.format.beside:
            y = top.y - len(self._label(branch.side[0], top.width)) * LABEL_LINE
        for side in branch.side:
            ahead = self._goes_on(branch, side, top)
            box = self.draw(side, column + 1, y, ahead)
            self._line(_beside(top, box) if self.format.beside else _indented(top, box, self.format.gutter), ahead)
            y = self.bottom + ABOVE
        self.bottom = max(self.bottom, top.bottom)

    def _goes_on(self, branch: Branch, child: Branch, top: Box) -> bool:
        return top.is_walked and self.walked.get(branch.to) in [answer.slug for answer in child.answers]

    def _line(self, way: str, is_walked: bool) -> None:
        self.picture.lines.append(Line(way, is_walked))

    def _box(self, branch: Branch, column: int, y: float, is_walked: bool, *, is_below: bool = False) -> Box:
        x = 1 + column * self.format.step
        across = self.format.box if self.format.beside else max(self.format.box - x, self.format.narrowest)
        label = self._label(branch, across)
        if label:
            first = y + LABEL_LINE - 5 + self._room(branch, across) - len(label) * LABEL_LINE
            indent = self.format.gutter + 9 if is_below else 2
            self.picture.labels.append(Lettering(x + indent, first, label))
        box = self._filled(branch, x, y + self._room(branch, across), across, is_walked)
        self.picture.boxes.append(box)
        self.bottom = max(self.bottom, box.bottom)
        return box

    def _room(self, branch: Branch, across: float) -> float:
        """The height that its own answers need above a box, or those of the first box beside it."""
        labelled = [branch, *(branch.side[:1] if self.format.beside else [])]
        return max(len(self._label(one, across)) for one in labelled) * LABEL_LINE

    def _label(self, branch: Branch, across: float) -> tuple[str, ...]:
        said = [answer.label.in_language(self.words.language) or answer.slug for answer in branch.answers]
        return wrapped(" / ".join(said), LABEL, across - 30) if said else ()

    def _filled(self, branch: Branch, x: float, y: float, across: float, is_walked: bool) -> Box:
        kind, head, text = self._said(branch)
        lines = wrapped(text, LETTERS, across - 2 * PAD - 4, 2 if branch.kind == AGAIN else None)
        height = PAD + HEAD_LINE + len(lines) * TEXT_LINE + 5
        return Box(
            kind=kind,
            to=branch.to.removeprefix(JUMP),
            x=x,
            y=y,
            width=across,
            height=height,
            outline=outline(kind, x, y, across, height),
            head=Lettering(x + PAD + ICON + 6, y + PAD + 9, (head,)),
            text=Lettering(x + PAD, y + PAD + HEAD_LINE + 12, lines),
            mark=self.words.marks.get(branch.to, "") if branch.kind in (QUESTION, OUTCOME) else "",
            is_walked=is_walked and branch.kind != AGAIN,
        )

    def _said(self, branch: Branch) -> tuple[str, str, str]:
        """The kind of a box, its head and its text."""
        kinds, language = self.words.kinds, self.words.language
        if branch.kind == OUTCOME:
            outcome = self.tree.outcomes[branch.to]
            head = (kinds[outcome.do], outcome.level, self.words.urgencies.get(outcome.urgency, outcome.urgency))
            return outcome.do, " · ".join(part for part in head if part), outcome.text.in_language(language)
        if branch.kind == ELSEWHERE:
            other = branch.to.removeprefix(JUMP)
            return ELSEWHERE, kinds[ELSEWHERE], self.words.titles.get(other, other)
        if branch.kind == LOST:
            return LOST, kinds[LOST], branch.to
        node, number = self.tree.nodes[branch.to], self.numbers[branch.to]
        if branch.kind == AGAIN:
            return AGAIN, kinds[AGAIN] % {"number": number}, node.question.in_language(language)
        kind = "risk" if node.risk else "task" if node.task else QUESTION
        return kind, f"{number} · {kinds[kind]}", node.question.in_language(language)


def outline(kind: str, x: float, y: float, across: float, high: float) -> str:
    """The shape of a box as an SVG path: each kind is known by its shape alone."""
    cut = CORNERS.get(kind, 6.0)
    right, bottom = x + across, y + high
    if kind == "risk":
        return (
            f"M{x + cut:g} {y:g}H{right - cut:g}L{right:g} {y + cut:g}V{bottom - cut:g}L{right - cut:g} {bottom:g}"
            f"H{x + cut:g}L{x:g} {bottom - cut:g}V{y + cut:g}Z"
        )
    if kind in ("escalate", ELSEWHERE):
        return f"M{x:g} {y:g}H{right - cut:g}L{right:g} {y + high / 2:g}L{right - cut:g} {bottom:g}H{x:g}Z"
    turn = f"a{cut:g} {cut:g} 0 0 1"
    return (
        f"M{x + cut:g} {y:g}H{right - cut:g}{turn} {cut:g} {cut:g}V{bottom - cut:g}{turn} {-cut:g} {cut:g}"
        f"H{x + cut:g}{turn} {-cut:g} {-cut:g}V{y + cut:g}{turn} {cut:g} {-cut:g}Z"
    )


CORNERS = {"risk": 10.0, "escalate": 12.0, ELSEWHERE: 12.0, "respond": 18.0, "ignore": 2.0, "task": 2.0}


def _beside(top: Box, box: Box) -> str:
    """To the right, along the middle of the gap, and into the box; straight where both are on one height."""
    to_y, middle = box.y + ATTACH, top.right + (box.x - top.right) / 2
    bend = f"H{middle:g}V{to_y:g}" if to_y != top.y + ATTACH else ""
    return f"M{top.right:g} {top.y + ATTACH:g}{bend}H{box.x - 1:g}"


def _indented(top: Box, box: Box, gutter: float) -> str:
    return f"M{top.x + gutter:g} {top.bottom:g}V{box.y + ATTACH:g}H{box.x - 1:g}"
