"""Real mentions replayed through a draft: how fast, and whether the memory that it takes grows with their number."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from django.db import connections

from playbooks.current import published_trees
from playbooks.drafts import draft_version
from playbooks.models import Playbook
from playbooks.tree import Tree
from tests.bench.archive import POSTS, copy_back, make_first
from tests.bench.databases import copy_of, using
from tests.bench.figures import Figure, Pair, in_turn, memory, seconds, speed
from triage.models import Triage
from triage.replay import Selection, compare, replay

FEW, MANY = 1_000, 10_000
ROUNDS = 4  # the first one warms up
FLAT = 1.25
MAP = "scenario-map"


def measure() -> Iterator[Figure]:
    with copy_of(connections["default"], "replay") as archive, using(archive):
        make_first()
        copy_back(1, MANY // POSTS - 1)
        comparison = compare(draft_version(Playbook.objects.get(slug=MAP), without_praise(published_trees()[MAP])))
        many, few = (partial(replay, Selection(last=number), comparison) for number in (MANY, FEW))
        assert (few().seen, many().seen) == (FEW, MANY)
        pairs: list[Pair] = [in_turn(turn, partial(seconds, many), partial(seconds, load)) for turn in range(ROUNDS)]
        yield speed(f"replay() of {MANY:,} mentions", "loading their facts", MANY, pairs[1:])
        yield memory(f"memory of a replay of {MANY:,}", f"of one of {FEW:,}", many, few, FLAT)


def without_praise(tree: Tree) -> Tree:
    """Whoever thanks us is left alone."""
    node = tree.nodes["value"]
    answers = tuple(replace(one, to="out_ignore_stand") if one.slug == "yes" else one for one in node.answers)
    return replace(tree, nodes={**tree.nodes, "value": replace(node, answers=answers)})


def load() -> None:
    """What any replay must do at least."""
    rows = Triage.objects.order_by("-pk").values_list(
        "pk", "channel_id", "suggestion__facts", "mention__reading__error"
    )
    assert len(rows[:MANY]) == MANY
