"""Copies the shipped word lists into the database, once: from then on they belong to the admins."""

from pathlib import Path

import yaml

from monitoring.models import WordList

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "de")


def load_word_lists() -> int:
    """Adds the lists that are not there yet and touches no other; returns how many were new."""
    shipped = [
        WordList(slug=slug, language=language, terms=terms)
        for language in LANGUAGES
        for slug, terms in yaml.safe_load((FOLDER / f"{language}.yaml").read_text("utf-8")).items()
    ]
    before = WordList.objects.count()
    WordList.objects.bulk_create(shipped, ignore_conflicts=True)
    return WordList.objects.count() - before
