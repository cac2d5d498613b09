"""Pages of the admin that stay quick however large a table grows."""

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.functional import cached_property

MOST_LISTED = 10_000


class CappedPaginator(Paginator):
    """Lists no further than MOST_LISTED: counting the archive would cost more the longer it grows."""

    @cached_property
    def count(self) -> int:
        rows = self.object_list[:MOST_LISTED]
        assert isinstance(rows, QuerySet)
        return rows.count()
