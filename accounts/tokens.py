"""API tokens: made once, shown once, kept as a digest."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime

from accounts.models import ApiToken, User
from accounts.scopes import Scope

PREFIX = "lst_"  # lets secret scanners recognise a token that leaked


def issue_token(
    owner: User, name: str, expires_at: datetime | None = None, scopes: Iterable[str] = tuple(Scope)
) -> tuple[ApiToken, str]:
    """A new token of `owner`: its row, and the token itself, which nobody can show again."""
    token = new_token()
    row = ApiToken.objects.create(
        owner=owner, name=name, expires_at=expires_at, scopes=[str(scope) for scope in scopes], digest=digest_of(token)
    )
    return row, token


def new_token() -> str:
    return PREFIX + secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """SHA-256 as hex: enough for 256 random bits, and found by index."""
    return hashlib.sha256(token.encode()).hexdigest()
