"""Lists of the API by position instead of by number, so that each page costs the same."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from plumbing.whole_number import whole_number


class ListQuery(serializers.Serializer):
    """What every list may be asked for."""

    cursor = serializers.CharField(
        required=False,
        max_length=500,
        help_text=gettext_lazy("From `next` or `previous` of another page; those are whole addresses."),
    )


class ByPosition(CursorPagination):
    """A page with the addresses of the `next` and the `previous` one. A cursor that is not ours is refused."""

    def decode_cursor(self, request: Request) -> Cursor | None:
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            self.refuse()
        if cursor and cursor.position is not None and not self.is_position(cursor.position):
            self.refuse()
        return cursor

    def is_position(self, value: str) -> bool:
        return "\0" not in value

    def refuse(self) -> None:
        raise ValidationError({"cursor": [_("This is no cursor of this list.")]})


class NewestFirst(ByPosition):
    """Fifty a page."""

    page_size = 50
    ordering = "-id"

    def is_position(self, value: str) -> bool:
        return whole_number(value) is not None
