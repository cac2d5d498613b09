"""Trees of every shape that a person could write, for tests over all of them: hypothesis strategies."""

from hypothesis import strategies as st

from playbooks.rules import Condition, Rule
from playbooks.tree import DISPOSITIONS, JUMP, LEVELS, Answer, ExtraTimer, Node, Outcome, Text, Tree

SLUGS = ("first", "danger", "kind-2", "n_3", "7", "yes", "no", "null", "true")
# Everything that a YAML file may get wrong on the way out and in again.
WORD = ("", "Well?", "yes", "1e3", "2026-11-22", " a: b #c ", "- x", "Größe “7”", "\\n'\"", "a\nb\n", "😀", "{x}", "~")
WORDS = st.sampled_from(WORD)
TEXTS = st.sampled_from([Text(en, de) for en in WORD for de in WORD])
SHORT = st.sampled_from(SLUGS)
TARGETS = st.sampled_from([*SLUGS, "out", JUMP + "other"])
DURATIONS = st.sampled_from(["", "15m", "72h", "3d"])
NAMES = st.sampled_from([(), ("pr_lead",), ("legal", "pr_lead"), ("yes",)])
NUMBERS = st.one_of(st.integers(-3, 10**6), st.floats(-5, 5, allow_nan=False))
CONDITIONS = st.one_of(
    st.builds(Condition, st.just("text.lex.danger"), st.sampled_from(["gte", "lte", "eq"]), NUMBERS),
    st.builds(Condition, st.just("author.kind"), st.just("in"), NAMES),
    st.builds(Condition, st.just("author.kind"), st.just("eq"), st.sampled_from(["lawyer", "yes"])),
    st.builds(Condition, st.just("mention.direct"), st.just("is"), st.booleans()),
)
RULES = st.builds(
    Rule,
    st.lists(CONDITIONS, min_size=1, max_size=2).map(tuple),
    st.sampled_from(["all", "any"]),
    st.sampled_from(["yes", "no", "kind-2"]),
)


def nodes(slugs: st.SearchStrategy[str]) -> st.SearchStrategy[Node]:
    answers = st.lists(st.builds(Answer, SHORT, TARGETS, TEXTS), max_size=2, unique_by=lambda answer: answer.slug)
    return st.builds(
        Node,
        slug=slugs,
        question=TEXTS,
        answers=answers.map(tuple),
        hints=st.lists(RULES, max_size=2).map(tuple),
        risk=st.booleans(),
        task=st.booleans(),
        phase=st.sampled_from(["", "listen", "no"]),
        added=st.booleans(),
    )


def outcomes(slugs: st.SearchStrategy[str]) -> st.SearchStrategy[Outcome]:
    return st.builds(
        Outcome,
        slug=slugs,
        do=st.sampled_from(DISPOSITIONS),
        text=TEXTS,
        level=st.sampled_from(["", *LEVELS]),
        urgency=st.sampled_from(["", "today"]),
        who=NAMES,
        approve=NAMES,
        notify=NAMES,
        template=st.sampled_from(["", "thanks"]),
        watch=DURATIONS,
        promise=st.sampled_from(["", "required"]),
        max_replies=st.sampled_from([None, 1, 9]),
        feedback_to=st.sampled_from(["", "product"]),
        evidence=st.sampled_from(["", "required"]),
        second_person=st.booleans(),
        extra_timer=st.sampled_from([None, *(ExtraTimer(Text(word, "x"), "72h") for word in WORD)]),
    )


def by_slug(make, names: tuple[str, ...], most: int):
    """Short name → what `make` builds under it, in an order of its own."""
    rows = st.lists(make(st.sampled_from(names)), max_size=most, unique_by=lambda row: row.slug)
    return rows.map(lambda made: {row.slug: row for row in made})


ANY_TREE = st.builds(
    Tree,
    slug=st.just("any-tree"),
    version=st.just(3),
    title=TEXTS,
    start=SHORT,
    nodes=by_slug(nodes, SLUGS, 3),
    outcomes=by_slug(outcomes, ("out", "8", "end"), 2),
    mode=st.sampled_from(["advisory", "strict"]),
    credit=WORDS,
    origin_tag=st.sampled_from(["", "self_inflicted"]),
    after=st.sampled_from(["", "review"]),
    checklist=st.dictionaries(st.sampled_from(["tone", "on"]), TEXTS, max_size=2),
)
