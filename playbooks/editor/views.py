"""Editing a draft in the administration: every page reads its content as a tree and writes a changed tree back.

What two people change at once is told to the slower one, who keeps what was typed (409).
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from playbooks.approvers import may_publish
from playbooks.drafts import StaleDraftError, replace_content, start_draft
from playbooks.editor.edits import free_slug, leading_to, moved, with_outcome, with_stubs, without
from playbooks.editor.forms import (
    NEW,
    FrameForm,
    OutcomeForm,
    QuestionForm,
    YamlForm,
    answer_choices,
    answer_forms,
    line_forms,
)
from playbooks.editor.screen import desk_address, desk_screen, frame_of
from playbooks.exchange import dump, load
from playbooks.models import FrozenVersionError, PlaybookVersion
from playbooks.publish import PublishError, ask_for_publish, take_back
from playbooks.tree import Tree
from playbooks.tree_schema import tree_from_text
from playbooks.vocabulary import FACTS
from playbooks.yaml_file import MOST_BYTES, FileError

CHANGE = "playbooks.change_playbookversion"
VIEW = "playbooks.view_playbookversion"
State = PlaybookVersion.State


def on_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For whoever may edit; a version that is no draft any more is only shown."""

    @wraps(view)
    def guarded(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        version = found_version(pk)
        if version.state != State.DRAFT:
            messages.error(request, _("A published version never changes; make a new one."))
            return redirect(desk_address(version))
        return view(request, version, *args, **kwargs)

    return guarded


def found_version(pk: int) -> PlaybookVersion:
    rows = PlaybookVersion.objects.select_related("playbook", "author", "asked_by", "published_by")
    return get_object_or_404(rows, pk=pk)


@require_safe
def desk(request: HttpRequest, pk: int) -> HttpResponse:
    """A version as a whole: its questions and outcomes, picture, text and check, and what can be done to it."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    version = found_version(pk)
    is_editable = version.state == State.DRAFT and request.user.has_perm(CHANGE)
    return show(request, version, "desk", desk_screen(version, is_editable, may_publish(request.user, version)))


@on_draft
def question(request: HttpRequest, version: PlaybookVersion, slug: str = "") -> HttpResponse:
    tree = tree_from_text(version.content)
    node = tree.nodes.get(slug)
    if slug and node is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    answers = answer_forms(tree, node, data)
    form = QuestionForm(data, node=node, answers=answer_choices(node, data))
    status = 200
    if data is not None:
        status = 422
        if form.is_valid() and answers.is_valid():
            name = slug or free_slug(form.text.en or "question", {*tree.nodes, *tree.outcomes})
            changed, made = with_stubs(tree, form.node(node, name, answers.answers()), NEW)
            if stored(request, version, changed):
                return redirect(after_saving(request, version, changed, made, name))
            status = 409
    context = {"form": form, "answers": answers, "slug": slug, "vocabulary": FACTS.values()}
    context |= {"leading": leading_to(tree, slug) if slug else []}
    return show(request, version, "question", context, status)


@on_draft
def outcome(request: HttpRequest, version: PlaybookVersion, slug: str = "") -> HttpResponse:
    tree = tree_from_text(version.content)
    known = tree.outcomes.get(slug)
    if slug and known is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = OutcomeForm(data, outcome=known)
    status = 200
    if data is not None:
        status = 422
        if form.is_valid():
            name = slug or free_slug(f"out {form.cleaned_data['do']} {form.text.en}", {*tree.nodes, *tree.outcomes})
            changed = with_outcome(tree, form.outcome(known, name))
            if stored(request, version, changed):
                return redirect(after_saving(request, version, changed, "", name))
            status = 409
    context = {"form": form, "slug": slug, "leading": leading_to(tree, slug) if slug else []}
    return show(request, version, "outcome", context, status)


@on_draft
def frame(request: HttpRequest, version: PlaybookVersion) -> HttpResponse:
    """Title, first question, change note, checklist."""
    tree = tree_from_text(version.content)
    data = request.POST if request.method == "POST" else None
    form, lines = FrameForm(data, tree=tree, note=version.change_note), line_forms(tree, data)
    status = 200
    if data is not None:
        status = 422
        if form.is_valid() and lines.is_valid():
            note = form.cleaned_data["change_note"].strip()
            if stored(request, version, form.tree(tree, lines.lines()), note):
                return redirect(desk_address(version))
            status = 409
    return show(request, version, "frame", {"form": form, "lines": lines}, status)


@require_POST
@on_draft
def move(request: HttpRequest, version: PlaybookVersion, slug: str) -> HttpResponse:
    """One up, one down, or `before` another question (empty: last)."""
    tree = tree_from_text(version.content)
    order = list(tree.nodes)
    if slug not in order:
        raise Http404
    place = order.index(slug)
    if "before" in request.POST:
        others = [name for name in order if name != slug]
        before = request.POST["before"]
        place = others.index(before) if before in others else len(others)
    else:
        place += -1 if request.POST.get("way") == "up" else 1
    stored(request, version, moved(tree, slug, place))
    return redirect(f"{desk_address(version)}#q-{slug}")


@require_POST
@on_draft
def remove(request: HttpRequest, version: PlaybookVersion, slug: str) -> HttpResponse:
    tree = tree_from_text(version.content)
    if slug not in {*tree.nodes, *tree.outcomes}:
        raise Http404
    if stored(request, version, without(tree, slug)):
        messages.success(request, _("Removed. The check names every answer that led there."))
    return redirect(desk_address(version))


@require_POST
@on_draft
def ask(request: HttpRequest, version: PlaybookVersion) -> HttpResponse:
    try:
        ask_for_publish(version, by=request.user, now=timezone.now())
    except PublishError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Asked. Everyone else who may publish finds it in their bell."))
    return redirect(f"{desk_address(version)}#check")


@require_POST
@on_draft
def withdraw(request: HttpRequest, version: PlaybookVersion) -> HttpResponse:
    take_back(version, by=request.user)
    messages.success(request, _("Taken back: it is a plain draft again."))
    return redirect(desk_address(version))


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole tree as a YAML file, of any version."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    version = found_version(pk)
    name = f"{version.playbook.slug}-v{version.number}.yaml"
    text = dump(tree_from_text(version.content))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(text, content_type="application/yaml; charset=utf-8", headers=headers)


@on_draft
def upload(request: HttpRequest, version: PlaybookVersion) -> HttpResponse:
    """Puts a YAML file in the place of the draft's content; a bad one names line and reason and changes nothing."""
    form = YamlForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                file = form.cleaned_data["file"]
                tree = load(file.name, file.read(MOST_BYTES + 1))
            except FileError as error:
                form.add_error("file", str(error))
            else:
                if stored(request, version, tree):
                    return redirect(desk_address(version))
                status = 409
    return show(request, version, "upload", {"form": form}, status)


@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft that says what this version says."""
    if not request.user.has_perm("playbooks.add_playbookversion"):
        raise PermissionDenied
    version = found_version(pk)
    draft = start_draft(version.playbook, by=request.user, like=version)
    messages.success(request, _("A new draft. Nothing changes until it is published."))
    return redirect(desk_address(draft))


def stored(request: HttpRequest, version: PlaybookVersion, tree: Tree, note: str | None = None) -> bool:
    """Writes the tree back unless somebody else was faster; says so either way."""
    seen = request.POST.get("seen") or None
    try:
        replace_content(version, tree, by=request.user, seen=seen)
        if note is not None and note != version.change_note:
            PlaybookVersion.objects.filter(pk=version.pk, state=State.DRAFT).update(change_note=note)
    except (StaleDraftError, FrozenVersionError) as error:
        messages.error(request, str(error))
        return False
    return True


def after_saving(request: HttpRequest, version: PlaybookVersion, tree: Tree, made: str, name: str) -> str:
    """To the first new question or outcome, the same page, or the desk; says where the way leads."""
    messages.success(request, _("Saved."))
    page = made or (name if "_continue" in request.POST else "")
    if not page:
        return f"{desk_address(version)}#q-{name}"
    kind = "question" if page in tree.nodes else "outcome"
    return reverse(f"admin:playbooks_editor_{kind}", args=[version.pk, page])


def show(
    request: HttpRequest, version: PlaybookVersion, page: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    frame = admin.site.each_context(request) | frame_of(version) | context
    return render(request, f"playbooks/editor/{page}.html", frame, status=status)
