"""The facts that a tree and the severity matrix may name; triage computes exactly these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.formats import localize
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from playbooks.rules import Scalar

LIST_PREFIX = "text.lex."
LIST_FAMILY = "text.lex.<list>"


class Kind(StrEnum):
    """What a fact's value is; decides which operators a rule may use on it."""

    YES_NO = "yes_no"
    NUMBER = "number"
    TEXT = "text"
    TEXTS = "texts"


OPERATORS = {
    Kind.YES_NO: {"is"},
    Kind.NUMBER: {"gte", "lte", "eq"},
    Kind.TEXT: {"in", "eq"},
    Kind.TEXTS: {"in"},
}


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One fact: `label` names it on an explained path, `description` says how it is measured."""

    key: str
    kind: Kind
    label: str | Promise
    description: str | Promise
    example: Any
    choices: Mapping[str, str | Promise] = field(default_factory=dict)


AUTHOR_KINDS: Mapping[str, str | Promise] = {
    "customer": _("customer"),
    "journalist": _("journalist"),
    "authority": _("authority"),
    "lawyer": _("lawyer"),
    "employee": _("employee"),
    "ex_employee": _("former employee"),
    "competitor": _("competitor"),
    "unknown": _("unknown"),
}
AUTHOR_FLAGS: Mapping[str, str | Promise] = {
    "repeat_provoker": _("provokes repeatedly"),
    "vip": _("VIP"),
    "repeat_complaint": _("complains repeatedly"),
}
WORD_LISTS: Mapping[str, str | Promise] = {
    "danger": _("danger"),
    "selfharm": _("self-harm"),
    "legal": _("legal steps"),
    "unlawful": _("unlawful content"),
    "insult": _("insult"),
    "spam": _("spam"),
    "data_leak": _("data leak"),
    "account_taken": _("account taken over"),
    "deleted_comment": _("deleted comment"),
    "experience": _("own experience"),
    "high_arousal": _("strong agitation"),
    "satire": _("satire"),
}

FACTS: Mapping[str, FactSpec] = {
    spec.key: spec
    for spec in (
        FactSpec(
            LIST_FAMILY,
            Kind.NUMBER,
            _("hits in a word list"),
            _("Hits of the text in an editable word list of its language."),
            2,
        ),
        FactSpec(
            "text.is_question",
            Kind.YES_NO,
            _("asks a question"),
            _("The text has a question mark or begins like a question."),
            True,
        ),
        FactSpec(
            "text.sentiment",
            Kind.NUMBER,
            _("sentiment"),
            _("From −1 (negative) to 1 (positive), by word list."),
            -0.6,
        ),
        FactSpec(
            "author.kind",
            Kind.TEXT,
            _("the author is"),
            _("Who the author is to us, as a person has set it."),
            "journalist",
            AUTHOR_KINDS,
        ),
        FactSpec(
            "author.followers",
            Kind.NUMBER,
            _("followers of the author"),
            _("How many accounts follow the author."),
            412,
        ),
        FactSpec(
            "author.flags",
            Kind.TEXTS,
            _("the author is marked"),
            _("Marks that people have put on the author."),
            ["vip"],
            AUTHOR_FLAGS,
        ),
        FactSpec(
            "mention.own_channel",
            Kind.YES_NO,
            _("on or under one of our accounts"),
            _("It was posted on one of our accounts or below a post of ours."),
            True,
        ),
        FactSpec(
            "mention.direct",
            Kind.YES_NO,
            _("names or tags us"),
            _("It addresses one of our accounts or names us directly."),
            True,
        ),
        FactSpec(
            "mention.brand_match",
            Kind.NUMBER,
            _("hits of watched names"),
            _("How often the text contains a watched name."),
            1,
        ),
        FactSpec(
            "mention.rate",
            Kind.NUMBER,
            _("mentions of this story in the last hour"),
            _("How many mentions of its story came in within the last hour."),
            12,
        ),
        FactSpec(
            "mention.ratio",
            Kind.NUMBER,
            _("times the usual volume"),
            _(
                "Mentions of its watched topic (else its channel) in the last hour, "
                "divided by the 30-day mean of this hour of the week."
            ),
            3.5,
        ),
        FactSpec(
            "mention.neg_share",
            Kind.NUMBER,
            _("negative share of this story in the last hour"),
            _("Share of negative mentions among those of its story in the last hour, 0 to 1."),
            0.5,
        ),
        FactSpec(
            "mention.by_us",
            Kind.YES_NO,
            _("comes from an account of ours"),
            _("The author's account is in our register of own accounts."),
            False,
        ),
        FactSpec(
            "crisis.match",
            Kind.NUMBER,
            _("match with an open crisis"),
            _("How well it fits an open crisis, 0 to 1."),
            0.7,
        ),
        FactSpec(
            "kb.match",
            Kind.NUMBER,
            _("match with an approved answer"),
            _("How well an approved answer fits it, 0 to 1."),
            0.8,
        ),
        FactSpec(
            "topic.complaints_24h",
            Kind.NUMBER,
            _("complaints on this topic in 24 hours"),
            _("Complaints on its watched topic in the last 24 hours."),
            3,
        ),
        FactSpec(
            "topic.channels_1h",
            Kind.NUMBER,
            _("channels above their usual volume"),
            _("On how many channels its topic was above its baseline in the last hour."),
            2,
        ),
        FactSpec(
            "topic.reach_1h",
            Kind.NUMBER,
            _("reach of this topic in the last hour"),
            _("Sum of the followers of the authors on its topic in the last hour."),
            500_000,
        ),
        FactSpec(
            "mod.removed_24h",
            Kind.NUMBER,
            _("comments removed by us in 24 hours"),
            _("Comments that we hid or deleted in the last 24 hours."),
            0,
        ),
    )
}


def spec_of(key: str) -> FactSpec | None:
    """The entry of a fact; every `text.lex.…` belongs to one family."""
    return FACTS.get(LIST_FAMILY if word_list_of(key) else key)


def word_list_of(key: str) -> str:
    """The word list that a fact counts: `danger` of `text.lex.danger`; empty for other facts."""
    return key.removeprefix(LIST_PREFIX) if key.startswith(LIST_PREFIX) else ""


def label_of(key: str) -> str:
    """What a fact is called on an explained path, in the reader's language."""
    word_list = word_list_of(key)
    if word_list:
        return gettext("hits in the word list “%(list)s”") % {"list": WORD_LISTS.get(word_list, word_list)}
    spec = FACTS.get(key)
    return str(spec.label) if spec else key


def value_in_words(key: str, value: Scalar | tuple[str, ...]) -> str:
    """A value as the reader's language says it: yes, 0.7, journalist, “VIP, complains repeatedly”."""
    spec = spec_of(key)
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, int | float):
        return str(localize(round(value, 2)))
    choices = spec.choices if spec else {}
    texts = value if isinstance(value, tuple) else (value,)
    return ", ".join(str(choices.get(text, text)) for text in texts)
