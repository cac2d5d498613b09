"""`/roster/`: who has which role now and next, for everybody; and one role with its rotations and stand-ins."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Role
from crisis.models import RotationVersion, ShiftOverride
from crisis.roster import rights
from crisis.roster.changes import call_off
from crisis.roster.forms import RotationForm, StandInForm, form_of
from crisis.roster.screen import AHEAD, day_marks, overrides_ahead, roles_shown, rotations_shown

may_view = permission_required(rights.VIEW, raise_exception=True)
may_change = permission_required(rights.CHANGE, raise_exception=True)


@require_safe
@never_cache
@may_view
def roster(request: HttpRequest) -> HttpResponse:
    """Context: `roles` (screen.RoleShown), `marks` and `hours` of the bars."""
    now = timezone.now()
    context = {"roles": roles_shown(now), "marks": day_marks(now), "hours": AHEAD.days * 24}
    return render(request, "crisis/roster.html", context)


@require_safe
@never_cache
@may_view
def role(request: HttpRequest, slug: str) -> HttpResponse:
    return show(request, get_object_or_404(Role, slug=slug))


@require_POST
@may_view
def take_shift(request: HttpRequest, slug: str) -> HttpResponse:
    """Somebody stands in."""
    found = get_object_or_404(Role, slug=slug)
    if not rights.may_stand_in(request.user, found):
        raise PermissionDenied(_("You do not hold this role, so somebody else must put you in."))
    form = StandInForm(request.POST, role=found, by=request.user)
    if form.is_valid() and (kept := form.save(timezone.now())):
        messages.success(request, _("%s stands in.") % kept.person)
        return redirect("crisis:role", slug)
    return show(request, found, stand_in=form)


@require_POST
@may_view
def call_shift_off(request: HttpRequest, override_id: int) -> HttpResponse:
    """Whoever stands in may take that back, and so may those who plan."""
    override = get_object_or_404(ShiftOverride.objects.select_related("role"), pk=override_id)
    if request.user not in (override.person, override.made_by) and not rights.may_change(request.user):
        raise PermissionDenied(_("Whoever stands in takes it back, or who plans the roster."))
    if call_off(override, by=request.user, now=timezone.now()):
        messages.success(request, _("Taken back: the roster counts again."))
    return redirect("crisis:role", override.role.slug)


@require_POST
@may_change
def begin(request: HttpRequest, slug: str) -> HttpResponse:
    """A rotation more for this role."""
    found = get_object_or_404(Role, slug=slug)
    refuse_other_units(request)
    return kept_or_shown(request, found, RotationForm(request.POST, role=found, by=request.user))


@require_POST
@may_change
def change(request: HttpRequest, version_id: int) -> HttpResponse:
    """A version more for the rotation that this version belongs to."""
    rows = RotationVersion.objects.select_related("rotation__role").prefetch_related("members")
    version = get_object_or_404(rows, pk=version_id)
    refuse_other_units(request)
    return kept_or_shown(request, version.rotation.role, form_of(version, by=request.user, data=request.POST))


def refuse_other_units(request: HttpRequest) -> None:
    if not rights.may_change(request.user):
        raise PermissionDenied(_("Only the central team changes rotations."))


def kept_or_shown(request: HttpRequest, role: Role, form: RotationForm) -> HttpResponse:
    if form.is_valid() and form.store(timezone.now()):
        messages.success(request, _("Kept. It counts from the moment you named; what was stays as it was."))
        return redirect("crisis:role", role.slug)
    return show(request, role, rotation=form)


def show(
    request: HttpRequest, role: Role, *, stand_in: StandInForm | None = None, rotation: RotationForm | None = None
) -> HttpResponse:
    """One role; a form that was refused is shown with its reasons, as 422."""
    now, by = timezone.now(), request.user
    [shown] = roles_shown(now, [role.slug])
    may_change = rights.may_change(by)
    rotations = [
        (one, _form(one.last, rotation, request) if may_change else None) for one in rotations_shown(role, now)
    ]
    is_new = rotation is not None and rotation.rotation is None
    context = {
        "shown": shown,
        "rotations": rotations,
        "overrides": overrides_ahead(role, now),
        "stand_in": (stand_in or StandInForm(role=role, by=by)) if rights.may_stand_in(by, role) else None,
        "begin": (rotation if is_new else RotationForm(role=role, by=by)) if may_change else None,
        "may_change": may_change,
        "marks": day_marks(now),
        "hours": AHEAD.days * 24,
    }
    return render(request, "crisis/role.html", context, status=422 if stand_in or rotation else 200)


def _form(version: RotationVersion, refused: RotationForm | None, request: HttpRequest) -> RotationForm:
    is_this = refused is not None and refused.rotation == version.rotation
    return refused if refused is not None and is_this else form_of(version, by=request.user)
