"""The tool that keeps the German catalogues complete, on a small house of its own."""

import pytest

from config import catalogues


@pytest.fixture
def house(tmp_path, monkeypatch):
    """Two rooms: triage with Python and a template, crisis with one sentence of the same wording."""
    monkeypatch.setattr(catalogues, "ROOT", tmp_path)
    write(tmp_path / "triage/words.py", 'from x import gettext as _\nA = _("Open")\nB = _("Hello %(name)s")\n')
    write(
        tmp_path / "templates/triage/a.html",
        "<p>\n   {% blocktranslate count n=x trimmed %}\n One thing\n  {% plural %}\n {{ n }} things\n"
        "{% endblocktranslate %}"
        '\n{% translate "100% of it" %} {% include "x" with y=_("In an argument") %}\n'
        '{% translate "Post" context "verb" %}',
    )
    write(tmp_path / "templates/account/login.html", '{% translate "Sign in" %}')
    write(tmp_path / "templates/base.html", '{% translate "Shared" %}')
    write(tmp_path / "crisis/words.py", 'from x import gettext_lazy as _\nA = _("Open")\n')
    for folder in ("config", "accounts"):
        (tmp_path / folder).mkdir()
    return tmp_path


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def translate(name, **german):
    """Fills every message: from `german`, else with itself."""
    catalogues.fill(name)
    catalogue = catalogues.stored(name)
    for message in catalogue:
        if message.id:
            ids = message.id if isinstance(message.id, tuple) else (message.id,)
            message.string = german.get(ids[0], tuple(ids) if len(ids) > 1 else ids[0])
    catalogues.path_of(name).write_text(catalogues.HEADER + catalogues.as_text(catalogue), encoding="utf-8")


def reasons(*names):
    return sorted(fault.reason for fault in catalogues.faults(names or catalogues.NAMES))


def test_each_room_gets_its_own_words(house):
    assert catalogues.main(["extract"]) == 0
    words = {name: {catalogues.first(m) for m in catalogues.stored(name) if m.id} for name in catalogues.NAMES}
    assert words["triage"] == {"Open", "Hello %(name)s", "One thing", "100%% of it", "In an argument", "Post"}
    assert words["crisis"] == {"Open"}
    assert words["accounts"] == {"Sign in"}
    assert words["shared"] == {"Shared"}


def test_extracting_again_changes_nothing_and_keeps_translations(house):
    translate("triage", Open="Offen")
    assert not catalogues.fill("triage")
    assert catalogues.stored("triage").get("Open").string == "Offen"
    assert catalogues.stored("triage").get("Post", "verb").string == "Post"


def test_a_complete_catalogue_passes(house):
    for name in ("triage", "crisis", "accounts", "shared"):
        translate(name)
    assert catalogues.main(["check"]) == 0


def test_what_is_missing_fuzzy_or_idle_is_named(house):
    translate("triage")
    path = catalogues.path_of("triage")
    text = path.read_text().replace('msgid "Open"\nmsgstr "Open"', '#, fuzzy\nmsgid "Open"\nmsgstr "Open"')
    path.write_text(text.replace('msgstr "In an argument"', 'msgstr ""') + '\nmsgid "Gone"\nmsgstr "Weg"\n')
    assert reasons("triage") == ["German is missing", "marked fuzzy", "no longer used"]
    assert catalogues.main(["check", "triage"]) == 1


@pytest.mark.parametrize("german", ["Hallo", "Hallo %(nam)s", "Hallo %(name)s %(name2)s"])
def test_placeholders_must_agree(house, german):
    translate("triage", **{"Hello %(name)s": german})
    assert reasons("triage") == ["placeholders differ"]


def test_the_singular_may_leave_the_number_out(house):
    translate("triage", **{"One thing": ("Ein Ding", "%(n)s Dinge")})
    assert reasons("triage") == []
    translate("triage", **{"One thing": ("%(x)s Ding", "%(n)s Dinge")})
    assert reasons("triage") == ["unknown placeholder in the singular"]


def test_two_rooms_may_not_disagree(house):
    translate("triage", Open="Offen")
    translate("crisis", Open="Öffnen")
    assert reasons("triage", "crisis") == ["another app says 'Öffnen'"] or reasons("triage", "crisis") == [
        "another app says 'Offen'"
    ]


def test_compiling_twice_writes_once(house):
    translate("triage")
    assert catalogues.compile_catalogue("triage")
    assert not catalogues.compile_catalogue("triage")
    assert catalogues.path_of("triage").with_suffix(".mo").stat().st_size > 100


def test_the_catalogues_of_the_product_are_complete():
    assert [str(fault) for fault in catalogues.faults()] == []
