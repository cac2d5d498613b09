"""Whole numbers out of addresses and forms, where anything may stand."""

LARGEST = 2**63 - 1  # what PostgreSQL's bigint holds
MOST_DIGITS = 19


def whole_number(text: str) -> int | None:
    """The number that `text` is, from 0 to LARGEST; None for anything else."""
    if not (text.isascii() and text.isdecimal()) or len(text) > MOST_DIGITS:
        return None
    number = int(text)
    return number if number <= LARGEST else None
