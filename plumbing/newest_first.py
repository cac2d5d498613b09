"""Lists of the API: the newest first, by position, so that each page costs the same."""

from django.http import Http404
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirst(CursorPagination):
    """Fifty a page, with the addresses of the `next` and the `previous` one. A cursor that is not ours is a 404."""

    page_size = 50
    ordering = "-id"

    def decode_cursor(self, request: Request) -> Cursor | None:
        cursor = super().decode_cursor(request)
        if cursor and cursor.position is not None and not cursor.position.isdecimal():
            raise Http404
        return cursor
