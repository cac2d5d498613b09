"""docs/rights.md, written from the table of rights, so that people read what the tests hold."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.urls import get_resolver

from tests.accounts.rights import ADA, ANY, LEA, MAYA, METHODS, PEDRO, SAM, VISITOR, Row

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"
COLUMNS: Mapping[str, str] = {
    VISITOR: "not signed in",
    SAM: "no group",
    LEA: "duty role",
    MAYA: "community manager",
    PEDRO: "PR lead",
    ADA: "administrator",
}
WORDS = {"GET": "look", "POST": "send"}
HEAD = """# Rights: who may open what

Written from the table in `tests/accounts/test_rights.py`, which tries every address as every person on each test
run; an address without a row fails it. *Look* is GET, *send* is POST; empty: refused. What a group may do stands in
`accounts/groups.py`, which rows somebody sees in `accounts/units.py` and `monitoring/visible.py`.

## Rows by unit

- **While there is at most one unit, nothing is divided:** everybody sees every channel, and nothing needs
  configuration.
- **From the second unit on** members see the channels of their units, and the **central team** (a unit marked so)
  sees all. Whoever is in no unit sees nothing and is told so; whoever divides the console is told whom that
  concerns. A channel of no unit is the central team's.
- **People of agencies** see the channels that name them, and no other, whatever their units. Superusers see
  everything.
- A row of another unit is not there: 404, in pages and API alike, and in no list, count, search or live event.
- **An escalation** is seen with each channel whose mention it is about, and by **whoever it called**: they read its
  safe title, its course and may take over, but not a mention of another unit. The pager's own escalations are the
  central team's; that pages may be late is told to all who read escalations.
- What rules count about a story (`mention.rate`) counts copies in every unit: danger knows no unit. People see and
  count only their own.
- **An administrator of a unit** sees its rows, manages its people, channels and invitations, and gets no further
  from there. Roles, the mark of the central team and people of agencies are the central team's; playbooks, topics
  and word lists are the whole company's.
- Lines behind the bell belong to the person they were written for; their titles are safe, and their links obey the
  rules above.
- `manage.py ingest` and signed webhooks act for the installation, not for a person: no unit limits them.

## Addresses

Marked † hangs on one row: of another unit it is a 404 for everybody. All else is as open to people of other units
and agencies as to those at home, and shows them their own rows.
"""
MAIN_HEAD = f"| address | {' | '.join(COLUMNS.values())} |\n|---|{'---|' * len(COLUMNS)}\n"

SCOPES_HEAD = """
## Scopes of tokens

A token opens these addresses, with the scope named here and within its owner's rights. To every other address it is
nobody. `/hooks/<slug>/` asks for a signature instead, `/live/` for a token of `/api/v1/live-token/`.

| address | look | send |
|---|---|---|
"""


def page_of(rights: Mapping[str, Row], methods: Mapping[str, Iterable[str]]) -> str:
    """`methods`: address → those it answers."""
    lines = sorted(line_of(name, row, set(methods[name])) for name, row in rights.items())
    scopes = sorted(line_of_scopes(name, row) for name, row in rights.items() if row.scopes)
    return HEAD + MAIN_HEAD + "\n".join(lines) + "\n" + SCOPES_HEAD + "\n".join(scopes) + "\n"


def line_of(name: str, row: Row, methods: set[str]) -> str:
    mark = " †" if row.hangs_on_a_row else ""
    cells = [", ".join(WORDS[m] for m in METHODS if m in methods and who in row.allowed(m)) for who in COLUMNS]
    return f"| `{pattern_of(name)}`{mark} | {' | '.join(cells)} |"


def line_of_scopes(name: str, row: Row) -> str:
    cells = [f"`{row.scopes[m]}`" if row.scopes.get(m, ANY) != ANY else row.scopes.get(m, "") for m in METHODS]
    return f"| `{pattern_of(name)}` | {' | '.join(cells)} |"


def pattern_of(name: str) -> str:
    """`/m/<mention_id>/`"""
    *spaces, last = name.split(":")
    resolver, start = get_resolver(), ""
    for space in spaces:
        prefix, resolver = resolver.namespace_dict[space]
        start += prefix
    possibilities = resolver.reverse_dict.getlist(last)
    if not possibilities:
        return name
    template, _arguments = possibilities[0][0][0]
    return "/" + start + re.sub(r"%\((\w+)\)s", r"<\1>", template)
