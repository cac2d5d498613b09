"""Where a person is signed in: one row per session, beside Django's own, so that people can look and end them."""

from allauth.usersessions.models import UserSession
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import User


def note(request: HttpRequest) -> None:
    """This request's session is in use now, from this address."""
    rows = UserSession.objects.filter(session_key=request.session.session_key, user_id=request.user.pk)
    if not rows.update(last_seen_at=Now()):
        UserSession.objects.create_from_request(request)


def open_ones(person: User) -> list[UserSession]:
    """Every session that is still good, the latest seen first; rows of dead ones are cleared away."""
    rows = UserSession.objects.purge_and_list(person)
    return sorted(rows, key=lambda row: row.last_seen_at, reverse=True)


def end(person: User, pk: int) -> bool:
    """Ends one session of this person; whether it was theirs and still there."""
    row = UserSession.objects.filter(user_id=person.pk, pk=pk).first()
    if row is None:
        return False
    row.end()
    return True


def end_all(person: User, *, but: str | None = None) -> int:
    """Ends every session of this person but the one with the key `but`; how many."""
    rows = UserSession.objects.filter(user_id=person.pk).exclude(session_key=but or "")
    for row in rows:
        row.end()
    return len(rows)
