"""Approved answers: which fit a text, who approves them, and what happens when somebody calls one outdated.

Candidates come from PostgreSQL's full text in the text's language, by its index; scored are only the nearest. However
many texts are asked about and however many mentions there are, it is two queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts import bell
from accounts.models import User
from playbooks.knowledge_score import score, weights
from playbooks.models import KnowledgeEntry, KnowledgeFeedback

LANGUAGES: Mapping[str, str] = {"en": "english", "de": "german"}  # language → PostgreSQL's configuration
UNKNOWN = "und"  # nobody could tell the language: asked in each
LONGEST_READ = 2_000  # characters of a text
NEAREST = 20  # candidates per text, by rank
FITS_WELL, MAY_FIT, WORTH_SHOWING = 0.7, 0.45, 0.2
IN_FORCE = "approved_by_id IS NOT NULL AND (valid_until IS NULL OR valid_until >= CURRENT_DATE)"

ALL = ""  # no stem: how many entries there are
COUNTS = " UNION ALL ".join(
    f"SELECT '{language}', stem, count(*) FROM playbooks_knowledgeentry, "  # noqa: S608 - only names of ours
    f"unnest(array_append(tsvector_to_array(search_{language}), '{ALL}')) AS stem WHERE {IN_FORCE} GROUP BY stem"
    for language in LANGUAGES
)
ONE_LANGUAGE = """
SELECT asked.id, '{language}', asked.stems, entry.id, entry.ways
FROM (
    SELECT id, tsvector_to_array(to_tsvector('{config}', text)) AS stems
    FROM unnest(%(ids)s::bigint[], %(languages)s::text[], %(texts)s::text[]) AS given(id, language, text)
    WHERE language IN ('{language}', '{unknown}')
) AS asked
CROSS JOIN LATERAL (
    SELECT string_agg('''' || replace(replace(stem, '\\', '\\\\'), '''', '''''') || '''', ' | ')::tsquery AS any_stem
    FROM unnest(asked.stems) AS stem
) AS query
CROSS JOIN LATERAL (
    SELECT id, ARRAY(
        SELECT array_to_string(tsvector_to_array(to_tsvector('{config}', way)), ' ')
        FROM regexp_split_to_table(question_{language} || E'\\n' || also_{language}, E'\\n') AS way
    ) AS ways
    FROM playbooks_knowledgeentry
    WHERE {in_force} AND search_{language} @@ query.any_stem
    ORDER BY ts_rank(search_{language}, query.any_stem) DESC, id
    LIMIT {nearest}
) AS entry
"""
CANDIDATES = " UNION ALL ".join(
    f"({ONE_LANGUAGE.format(language=language, config=config, unknown=UNKNOWN, in_force=IN_FORCE, nearest=NEAREST)})"
    for language, config in LANGUAGES.items()
)


class ApprovalError(ValueError):
    """Why somebody may not approve an answer."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry by its id, the language in which it fits, and how well: 0 to 1."""

    entry: int
    language: str
    score: float


def matches(texts: Mapping[int, tuple[str, str]]) -> dict[int, list[Match]]:
    """Id → (language, text) to id → its matches, the best first; what fits nothing is left out. By the database's
    clock: an entry that expired fits nothing."""
    found: dict[int, dict[int, Match]] = defaultdict(dict)
    with connection.cursor() as cursor:
        weight = _weights(cursor)
        for asked, language, stems, entry, ways in _candidates(cursor, texts) if weight else ():
            value = score(set(stems), [set(way.split()) for way in ways], weight[language])
            if value > (found[asked][entry].score if entry in found[asked] else 0):
                found[asked][entry] = Match(entry, language, round(value, 2))
    return {key: sorted(rows.values(), key=lambda row: (-row.score, row.entry)) for key, rows in found.items()}


def best_scores(texts: Mapping[int, tuple[str, str]]) -> dict[int, float]:
    """Id → how well the best entry fits; 0 where none does."""
    found = matches(texts)
    return {key: found[key][0].score if found.get(key) else 0.0 for key in texts}


def in_words(value: float) -> str:
    if value >= FITS_WELL:
        return _("fits well")
    return _("may fit") if value >= MAY_FIT else _("has words in common")


@transaction.atomic
def approve(entry_id: int, *, by: User, now: datetime) -> KnowledgeEntry:
    """Raises ApprovalError for the author; approving again settles what was called outdated."""
    entry = KnowledgeEntry.objects.select_for_update().get(pk=entry_id)
    if entry.author_id == by.pk:
        raise ApprovalError(_("Somebody other than the author must approve this answer."))
    entry.approved_by, entry.approved_at = by, now
    entry.save(update_fields=["approved_by", "approved_at"])
    entry.feedback.filter(settled_at=None).update(settled_at=now)
    return entry


def call_outdated(entry: KnowledgeEntry, *, mention_id: int, by: User) -> bool:
    """Rings the owner's bell. Kept once per person until it is settled; False if this person said so already."""
    said = {"entry": entry, "by": by, "settled_at": None}
    _row, is_new = KnowledgeFeedback.objects.get_or_create(**said, defaults={"mention_id": mention_id})
    if is_new:
        _tell_owner(entry)
    return is_new


def _tell_owner(entry: KnowledgeEntry) -> None:
    with translation.override(entry.owner.language or None):
        title = _("An approved answer was called outdated")
    group = bell.Group.NEEDS_YOU
    address = reverse("playbooks:knowledge") + f"#answer-{entry.pk}"
    bell.ring(entry.owner_id, group=group, key=f"outdated-{entry.pk}", title=title, url=address)


def _weights(cursor: Any) -> dict[str, dict[str, float]]:
    cursor.execute(COUNTS)
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for language, stem, count in cursor.fetchall():
        counts[language][stem] = count
    return {language: weights(counts[language], counts[language].pop(ALL)) for language in list(counts)}


def _candidates(
    cursor: Any, texts: Mapping[int, tuple[str, str]]
) -> Iterable[tuple[int, str, list[str], int, list[str]]]:
    rows = [(key, language.split("-")[0], text[:LONGEST_READ]) for key, (language, text) in texts.items()]
    ids, languages, read = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    cursor.execute(CANDIDATES, {"ids": ids, "languages": languages, "texts": read})
    return cursor.fetchall()
