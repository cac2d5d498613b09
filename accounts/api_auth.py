"""Who calls the API: a bearer token, or a signed-in browser; and what each view asks of them."""

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions, permissions
from structlog.contextvars import bind_contextvars

from accounts import second_factor
from accounts.models import ApiToken
from accounts.tokens import digest_of
from plumbing.problem import Problem


class BearerToken(authentication.BaseAuthentication):
    """`Authorization: Bearer TOKEN`."""

    def authenticate(self, request):
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        row = ApiToken.objects.usable().filter(digest=digest_of(token.strip())).select_related("owner").first()
        if row is None:
            raise exceptions.AuthenticationFailed(_("The token is unknown, expired or revoked."))
        bind_contextvars(user_id=row.owner_id)
        row.note_use()
        return row.owner, row

    def authenticate_header(self, request) -> str:
        return "Bearer"


class Session(authentication.SessionAuthentication):
    """A signed-in browser, with CSRF protection; its person has the second factor that their rights ask for."""

    def authenticate(self, request):
        found = super().authenticate(request)
        if found and second_factor.is_missing(found[0]):
            raise exceptions.PermissionDenied(_("Set up a second factor first: your rights ask for one."))
        return found


class HasScope(permissions.BasePermission):
    """Refuses a token that was not made for this: default deny. A browser has no scopes, only its person's rights."""

    def has_permission(self, request, view) -> bool:
        if not isinstance(request.auth, ApiToken) or request.method not in view.allowed_methods:
            return True
        needed = view.scope_by_method.get(method_of(request))
        if needed in request.auth.scopes:
            return True
        raise Problem(403, _("The token lacks the scope %s.") % needed, missing_scope=needed)


class HasViewPermission(permissions.BasePermission):
    """Refuses unless the caller has the permission the view names for this method: default deny."""

    def has_permission(self, request, view) -> bool:
        if not request.user.is_authenticated:
            return False
        needed = getattr(view, "permission_by_method", {}).get(method_of(request))
        if needed is None:
            return request.method not in view.allowed_methods  # then the view itself says that it has no such method
        return request.user.has_perm(needed)


def method_of(request) -> str:
    return "GET" if request.method == "HEAD" else request.method
