"""A playbook's content, as a YAML file or a stored version has it, to a Tree and back.

`parse_tree` checks the shape only, so that an unfinished draft can be read; whether the tree makes sense is the
question of `playbooks.check.problems`.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from playbooks.content import Part, optional
from playbooks.rules import OPS, Condition, Rule, Scalar
from playbooks.tree import DISPOSITIONS, LEVELS, Answer, ExtraTimer, Node, Outcome, Text, Tree

MODES = ("advisory", "strict")
EMPTY = Text("", "")
TREE_KEYS = (
    "tree", "version", "title", "credit", "mode", "origin_tag", "after", "start", "checklist", "nodes", "outcomes",
)  # fmt: skip
UNDERSTOOD = ("yes", "no")  # a file that leaves their words out means the common ones
NODE_KEYS = ("phase", "risk", "task", "added", "q", "answers", "labels", "hint")
OUTCOME_KEYS = (
    "do", "level", "urgency", "who", "approve", "notify", "template", "watch", "promise", "max_replies",
    "feedback_to", "evidence", "second_person", "extra_timer", "en", "de",
)  # fmt: skip
TEXTS = ("urgency", "template", "promise", "feedback_to", "evidence")
LISTS = ("who", "approve", "notify")


def parse_tree(data: Any, labels: Mapping[str, Text] | None = None) -> Tree:
    """`labels` are the words of answers that do not bring their own: yes, no. Raises ContentError."""
    parts = Part(data).fields(*TREE_KEYS, required=("tree", "version", "title", "start", "nodes", "outcomes"))
    return Tree(
        slug=parts["tree"].slug(),
        version=parts["version"].whole_number(),
        title=parts["title"].both_languages(),
        start=parts["start"].text(),
        nodes={slug: _node(slug, part, labels or {}) for slug, part in parts["nodes"].named().items()},
        outcomes={slug: _outcome(slug, part) for slug, part in parts["outcomes"].named().items()},
        mode=optional(parts.get("mode"), lambda part: part.one_of(MODES), MODES[0]),
        credit=optional(parts.get("credit"), Part.text, ""),
        origin_tag=optional(parts.get("origin_tag"), Part.slug, ""),
        after=optional(parts.get("after"), Part.slug, ""),
        checklist=optional(parts.get("checklist"), _checklist, {}),
    )


def parse_rule(part: Part, *extra: str) -> Rule:
    """`{all: [conditions]}` or `{any: [conditions]}`, with a hint's `suggest` if `extra` says so."""
    fields = part.fields("all", "any", *extra, required=extra)
    combines = [combine for combine in ("all", "any") if combine in fields]
    if len(combines) != 1:
        raise part.fail(_("A rule has either all or any, exactly one of them."))
    conditions = tuple(_condition(item) for item in fields[combines[0]].items())
    if not conditions:
        raise fields[combines[0]].fail(_("A rule has at least one condition."))
    return Rule(conditions, combines[0], optional(fields.get("suggest"), Part.text, ""))


def tree_as_data(tree: Tree) -> dict[str, Any]:
    """The content of a file, with every label written out; what is empty is left out."""
    optional_parts = {
        "credit": tree.credit,
        "mode": tree.mode,
        "origin_tag": tree.origin_tag,
        "after": tree.after,
        "checklist": {slug: _text_as_data(text) for slug, text in tree.checklist.items()},
    }
    return {
        "tree": tree.slug,
        "version": tree.version,
        "title": _text_as_data(tree.title),
        **_without_empty(optional_parts),
        "start": tree.start,
        "nodes": {slug: _node_as_data(node) for slug, node in tree.nodes.items()},
        "outcomes": {slug: _outcome_as_data(outcome) for slug, outcome in tree.outcomes.items()},
    }


def tree_as_text(tree: Tree) -> str:
    """The content of a stored version: JSON, in the order of the tree."""
    return json.dumps(tree_as_data(tree), ensure_ascii=False)


def tree_from_text(content: str) -> Tree:
    return parse_tree(json.loads(content))


def rule_as_data(rule: Rule) -> dict[str, Any]:
    """A rule as a hint or a row of the matrix has it."""
    conditions = [{"f": c.fact, c.op: _plain(c.expected)} for c in rule.conditions]
    return ({"suggest": rule.suggest} if rule.suggest else {}) | {rule.combine: conditions}


def _node(slug: str, part: Part, labels: Mapping[str, Text]) -> Node:
    fields = part.fields(*NODE_KEYS, required=("q", "answers"))
    own: dict[str, Text] = optional(fields.get("labels"), _labels, {})
    targets = fields["answers"].named()
    for extra in own.keys() - targets.keys():
        raise fields["labels"].fail(_("%(answer)s is no answer of this question.") % {"answer": extra})
    return Node(
        slug=slug,
        question=fields["q"].both_languages(),
        answers=tuple(_answer(name, to, {**labels, **own}) for name, to in targets.items()),
        hints=tuple(parse_rule(hint, "suggest") for hint in fields["hint"].items()) if "hint" in fields else (),
        risk=optional(fields.get("risk"), Part.flag, False),
        task=optional(fields.get("task"), Part.flag, False),
        phase=optional(fields.get("phase"), Part.text, ""),
        added=optional(fields.get("added"), Part.flag, False),
    )


def _answer(slug: str, to: Part, labels: Mapping[str, Text]) -> Answer:
    return Answer(slug, to.text(), labels.get(slug, EMPTY))


def _labels(part: Part) -> dict[str, Text]:
    return {slug: label.both_languages() for slug, label in part.named().items()}


def _checklist(part: Part) -> dict[str, Text]:
    return {slug: line.both_languages() for slug, line in part.named().items()}


def _condition(part: Part) -> Condition:
    fields = part.fields("f", *OPS, required=("f",))
    ops = [op for op in OPS if op in fields]
    if len(ops) != 1:
        raise part.fail(_("A condition has exactly one of: %(ops)s.") % {"ops": ", ".join(OPS)})
    return Condition(fields["f"].text(), ops[0], _expected(ops[0], fields[ops[0]]))


def _expected(op: str, part: Part) -> Scalar | tuple[str, ...]:
    if op == "in":
        return part.texts()
    if op == "is":
        return part.flag()
    return part.text() if op == "eq" and isinstance(part.value, str) else part.number()


def _outcome(slug: str, part: Part) -> Outcome:
    fields = part.fields(*OUTCOME_KEYS, required=("do",))
    plain: dict[str, Any] = {key: fields[key].text() for key in TEXTS if key in fields}
    plain |= {key: fields[key].texts() for key in LISTS if key in fields}
    return Outcome(
        slug=slug,
        do=fields["do"].one_of(DISPOSITIONS),
        text=Text(*(optional(fields.get(language), Part.text, "") for language in ("en", "de"))),
        level=optional(fields.get("level"), lambda level: level.one_of(LEVELS), ""),
        watch=optional(fields.get("watch"), _duration, ""),
        max_replies=optional(fields.get("max_replies"), Part.whole_number, None),
        second_person=optional(fields.get("second_person"), Part.flag, False),
        extra_timer=optional(fields.get("extra_timer"), _extra_timer, None),
        **plain,
    )


def _extra_timer(part: Part) -> ExtraTimer:
    fields = part.fields("name", "due", required=("name", "due"))
    return ExtraTimer(_name(fields["name"]), _duration(fields["due"]))


def _name(part: Part) -> Text:
    """In both languages, or one text for both."""
    return Text(part.value, part.text()) if isinstance(part.value, str) else part.both_languages()


def _duration(part: Part) -> str:
    part.duration()
    return part.text()


def _node_as_data(node: Node) -> dict[str, Any]:
    marks = {"phase": node.phase, "risk": node.risk, "task": node.task, "added": node.added}
    more = {
        "labels": {a.slug: _text_as_data(a.label) for a in node.answers if a.label != EMPTY or a.slug in UNDERSTOOD},
        "hint": [rule_as_data(hint) for hint in node.hints],
    }
    asked = {"q": _text_as_data(node.question), "answers": {answer.slug: answer.to for answer in node.answers}}
    return _without_empty(marks) | asked | _without_empty(more)


def _outcome_as_data(outcome: Outcome) -> dict[str, Any]:
    timer = outcome.extra_timer
    values: dict[str, Any] = {key: getattr(outcome, key) for key in OUTCOME_KEYS if key not in ("en", "de")}
    values |= {key: list(values[key]) for key in LISTS}
    values["extra_timer"] = {"name": _text_as_data(timer.name), "due": timer.due} if timer else None
    return _without_empty(values) | _text_as_data(outcome.text)


def _text_as_data(text: Text) -> dict[str, str]:
    return _without_empty({"en": text.en, "de": text.de})


def _plain(expected: Scalar | tuple[str, ...]) -> Scalar | list[str]:
    return list(expected) if isinstance(expected, tuple) else expected


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    empty: tuple[Any, ...] = (None, "", [], {})
    return {key: value for key, value in values.items() if value is not False and value not in empty}
