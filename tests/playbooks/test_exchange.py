"""A playbook goes into a file and comes back as it was; a file that is wrong says where."""

import random
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings

from playbooks.exchange import dump, load
from playbooks.starter.read import FOLDER, TREES
from playbooks.tree import Tree
from playbooks.yaml_file import FileError
from tests.playbooks.any_tree import ANY_TREE
from tests.playbooks.trees import starter

FILES = {slug: (FOLDER / f"{slug}.yaml").read_text(encoding="utf-8") for slug in TREES}


def in_order(tree: Tree) -> tuple[Tree, list[str], list[str], list[str]]:
    """Equal mappings may still be in another order."""
    return tree, list(tree.nodes), list(tree.outcomes), list(tree.checklist)


@pytest.mark.parametrize("slug", TREES)
def test_the_starter_content_comes_back_as_it_was(slug):
    tree = starter().trees[slug]

    assert in_order(load("a.yaml", FILES[slug])) == in_order(tree)
    assert in_order(load("a.yaml", dump(tree))) == in_order(tree)
    assert dump(load("a.yaml", dump(tree))) == dump(tree)


@settings(max_examples=500, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANY_TREE)
def test_any_tree_comes_back_as_it_was(tree):
    assert in_order(load("a.yaml", dump(tree).encode())) == in_order(tree)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
MERGES = "a: &a {x: 1}\n" + "".join(
    f"{name}: &{name} {{<<: [{', '.join(['*' + before] * 9)}]}}\n"
    for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
Mutation = Callable[[str, random.Random], str | bytes]


def at_line(text: str, chance: random.Random, start: str, change: Callable[[str], str]) -> str:
    """Changes one of the lines that begin with `start`."""
    lines = text.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if line.startswith(start)]
    place = chance.choice(places)
    return "".join([*lines[:place], change(lines[place]), *lines[place + 1 :]])


def in_question(insert: str) -> Mutation:
    return lambda text, chance: at_line(text, chance, "    q: ", lambda line: line + insert + "\n")


def cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(1, text.index("\noutcomes:"))]


def insert(signs: bytes) -> Mutation:
    def mutate(text: str, chance: random.Random) -> bytes:
        place = chance.randrange(len(text))
        return text[:place].encode() + signs + text[place:].encode()

    return mutate


def instead(old: str, new: str) -> Mutation:
    return lambda text, chance: text.replace(old, new, 1)


def wrong_value(value: str) -> Mutation:
    return lambda text, chance: at_line(text, chance, "    q: ", lambda line: f"    q: {value}\n")


MUTATIONS: dict[str, Mutation] = {
    "cut": cut,
    "indented": lambda text, chance: at_line(text, chance, "    answers:", lambda line: "   " + line[4:]),
    "pushed in": lambda text, chance: at_line(text, chance, "    answers:", lambda line: "  " + line),
    "tab": lambda text, chance: at_line(text, chance, "    answers:", lambda line: "\t" + line.lstrip()),
    "unknown key": in_question("    colour: red"),
    "key twice": in_question("    q: {en: Again?, de: Nochmal?}"),
    "bare yes": in_question("    labels: {yes: {en: Yes, de: Ja}}"),
    "label of nothing": in_question("    risk: maybe"),
    "number": wrong_value("7"),
    "list": wrong_value("[Why?, Warum?]"),
    "date": wrong_value("{en: 2026-02-31, de: [x]}"),
    "huge number": wrong_value("{en: Well?, de: " + "9" * 5000 + "}"),
    "not a number": instead("gte: 1}", "gte: .nan}"),
    "endless": instead("gte: 1}", "gte: .inf}"),
    "sign": wrong_value('{en: "Bell \\a", de: "Nun?"}'),
    "half a sign": wrong_value('{en: "Half \\uD83D", de: "Nun?"}'),
    "unknown alias": wrong_value("*nobody"),
    "itself": wrong_value("&me {en: *me, de: x}"),
    "program": wrong_value("!!python/object/apply:os.system [ls]"),
    "odd tag": wrong_value("!!timestamp never"),
    "complex key": wrong_value("{? {a: b} : c}"),
    "bad merge": wrong_value("{<<: 7, en: x}"),
    "second document": lambda text, chance: text + "---\n" + text,
    "list of trees": lambda text, chance: "- " + text.replace("\n", "\n  "),
    "nothing": lambda text, chance: chance.choice(["", "   \n", "# words only\n", "null", "7", "[]", "{}"]),
    "not utf-8": lambda text, chance: text.encode("latin-1"),
    "utf-16": lambda text, chance: text.encode("utf-16"),
    "binary": lambda text, chance: chance.randbytes(500),
    "half a letter": insert(b"\xc3"),
    "nul": insert(b"\x00"),
    "control": insert(b"\x08"),
    "long": lambda text, chance: text + "#" + "x" * chance.randrange(200_000, 2_000_000),
    "deep": wrong_value("[" * 3000),
    "deep block": wrong_value("\n" + "".join(" " * (6 + depth) + "a:\n" for depth in range(100))),
    "bomb": lambda text, chance: BOMB + text,
    "bomb of merges": lambda text, chance: MERGES + text,
    "no start": instead("\nstart: ", "\nbegin: "),
    "no outcome": lambda text, chance: at_line(text, chance, "  out_", lambda line: line.replace("{do:", "{did:")),
    "bad outcome": lambda text, chance: at_line(text, chance, "  out_", lambda line: line.replace("}", ", who: all}")),
    "unclosed": lambda text, chance: at_line(text, chance, "  out_", lambda line: line.replace("}", "")),
    "bad answer": lambda text, chance: at_line(text, chance, "    answers:", lambda line: "    answers: [yes, no]\n"),
    "bad name": lambda text, chance: at_line(text, chance, "    q: ", lambda line: line + "  Next Question: {}\n"),
}  # fmt: skip
MALFORMED = [
    (name, mutate(FILES[slug], random.Random(f"{name} {round_}")))
    for name, mutate in MUTATIONS.items()
    for round_, slug in enumerate(["response-assessment", "self-inflicted", *["response-assessment"] * 3])
]


def test_200_malformed_files_give_one_clear_error_each():
    assert len(MALFORMED) >= 200
    for name, content in MALFORMED:
        with pytest.raises(FileError) as error:
            load("broken.yaml", content)
        sentence = str(error.value)
        raw = content.encode(errors="replace") if isinstance(content, str) else content
        assert sentence.startswith(f"broken.yaml, line {error.value.line}: "), name
        assert 1 <= error.value.line <= raw.count(b"\n") + 2, name
        assert len(sentence) < 400, name
        assert "\n" not in sentence, name
