"""Who calls the API: a bearer token, or a signed-in browser; and the permission each view names."""

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions, permissions

from accounts.models import ApiToken
from accounts.tokens import digest_of


class BearerToken(authentication.BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request):
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        row = ApiToken.objects.usable().filter(digest=digest_of(token.strip())).select_related("owner").first()
        if row is None:
            raise exceptions.AuthenticationFailed(_("The token is unknown, expired or revoked."))
        row.note_use()
        return row.owner, row

    def authenticate_header(self, request) -> str:
        return "Bearer"


class Session(authentication.SessionAuthentication):
    """A signed-in browser, with CSRF protection."""


class HasViewPermission(permissions.BasePermission):
    """Refuses unless the caller has the permission the view names for this method: default deny."""

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        method = "GET" if request.method == "HEAD" else request.method
        needed = getattr(view, "permission_by_method", {}).get(method)
        if needed is None:
            return not hasattr(view, method.lower())  # then the view itself says that it has no such method
        return request.user.has_perm(needed)
