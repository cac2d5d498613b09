"""Strings that break what handles text carelessly: our own, always, and the 515 of TEST_DATA/blns where it is."""

import json
import os
from pathlib import Path

OURS = (
    "=1+1",
    "+49 1234",
    "-2+3",
    "@SUM(A1:A9)",
    '=HYPERLINK("http://evil.example";"x")',
    "\t=1+1",
    "=cmd|' /C calc'!A0",
    "Hello\r\nBcc: victim@example.test\r\n\r\nBody",
    "x\nSubject: y",
    "line\u2028separator\u2029here",
    "vertical\x0btab\x0cfeed",
    "\u202egnp.exe\u202c",
    "\u2066\u2067isolates\u2069",
    "pay\u200bpal\u200d.com",
    "\ufeffbom\ufeff",
    "soft\u00adhyphen",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "<!-- ",
    "]]>",
    "&lt;b&gt;&amp;nbsp;",
    "{{7*7}}{% include 'x' %}",
    "${7*7}",
    "%s%n%x",
    "'; DROP TABLE monitoring_mention; --",
    "\\",
    "\\u0000",
    "../../etc/passwd",
    "a" * 400,
    "W" * 400,
    "https://" + "a" * 400,
    "\u0301" * 200,
    "e" + "\u0301" * 80,
    "\U0001f468\u200d\U0001f469\u200d\U0001f467" * 30,
    "\u0627\u0644\u0633\u0644\u0627\u0645 " * 20,
    "\ufdfd" * 40,
    "\u0e47" * 60,
    "﷽ ⌘ ﷺ",
    "\U000e0041\U000e0042tags",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\x1b[31mred\x1b[0m\x07",
    "\x7f\x80\x85\x9f",
    "\U0010ffff\ufffe\uffff",
    "null",
    "undefined",
    "NaN",
    "0",
    "true",
    "[object Object]",
    "  spaces  around  ",
)


def strings() -> list[str]:
    """Each once; those of white space alone are no text, and are refused as such."""
    path = Path(os.environ.get("TEST_DATA", "")) / "blns" / "blns.json"
    theirs = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    return [text for text in dict.fromkeys([*OURS, *theirs]) if text.strip()]
