"""What a mention asks of us, read off its path: the answer to “What is it?”, unless a risk question says more."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from playbooks.current import published_trees
from playbooks.models.agreed import in_readers_language
from playbooks.path import Path

KIND = "kind"  # the question whose answers are kinds of request, in whatever tree it stands

REQUEST_TYPES: Mapping[str, str | Promise] = {
    "danger": _("Danger or crime"),
    "own_mistake": _("Own mistake online"),
    "press": _("Press, authority or legal"),
    "crisis": _("Belongs to a crisis"),
    "complaint": _("Complaint"),
    "issue": _("Criticism of our conduct"),
    "question": _("Question"),
    "idea": _("Suggestion from outside"),
    "compliment": _("Compliment"),
    "abuse": _("Spam or abuse"),
}
# Question and answer → kind of request; what stands first in REQUEST_TYPES wins.
SAID_BY: Mapping[tuple[str, str], str] = {
    ("danger", "yes"): "danger",
    ("ours", "yes"): "own_mistake",
    ("special", "yes"): "press",
    ("gate", "yes"): "press",
    ("crisis", "yes"): "crisis",
    ("unhappy", "yes"): "complaint",
    ("misguided", "yes"): "issue",
    ("balanced", "yes"): "compliment",
}
OWN_MISTAKES = "self-inflicted"


def request_type_of(path: Path) -> str:
    """A key of `request_types()`; empty while nobody can tell."""
    said = {SAID_BY.get((step.node, step.answer or ""), "") for step in path.steps}
    said |= {"own_mistake" for step in path.steps if step.playbook == OWN_MISTAKES}
    said |= {step.answer or "" for step in path.steps if step.node == KIND}
    known = [kind for kind in REQUEST_TYPES if kind in said]
    return next(iter(known or sorted(said - {""})), "")


def request_types() -> dict[str, str]:
    """Every kind of request with its name: ours, and the answers that admins added to the question."""
    added = {
        answer.slug: in_readers_language(answer.label.en, answer.label.de)
        for tree in published_trees().values()
        for answer in (tree.nodes[KIND].answers if KIND in tree.nodes else ())
    }
    return added | {slug: str(name) for slug, name in REQUEST_TYPES.items()}
