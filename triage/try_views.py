"""The page on which anybody who reads playbooks tries one. Nothing is stored."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from django.views.decorators.vary import vary_on_headers

from playbooks.content import ContentError
from playbooks.drawing import walked_drawings
from triage.guide import answers_from, query_of
from triage.trial import Trial, agreed_with, as_it_came, as_typed, leads_to, walk_through
from triage.trial_facts import FactsForm
from triage.try_forms import MENTION, TEXT, TryForm

may_try = permission_required(["playbooks.view_playbook", "triage.view_triage"], raise_exception=True)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@vary_on_headers("HX-Request")
@may_try
def try_it(request: HttpRequest) -> HttpResponse:
    """`/playbooks/try/?version=7&mention=42`. What is tried is sent by POST, so that no text stands in an address; its
    `go` holds the answers so far and the question to ask, as `guide` makes them."""
    data = request.POST if request.method == "POST" else opened_with(request.GET)
    form, facts = TryForm(request.user, data, initial=first(request.GET)), FactsForm(data)
    trial = try_out(form, facts, go_of(request.POST)) if data is not None else None
    whole = not request.htmx or request.htmx.history_restore_request
    failed = data is not None and trial is None
    context = screen(form, facts, trial) | {"mentions": form.recent() if whole else ()}
    template = "triage/try.html" if whole or failed else "triage/_tried.html"
    return render(request, template, context, status=422 if failed and request.method == "POST" else 200)


def opened_with(query: Mapping[str, str]) -> QueryDict | None:
    """An address that names a mention walks it at once."""
    if not query.get("mention"):
        return None
    data = QueryDict(mutable=True)
    data.update({"of": MENTION, "number": query["mention"], "version": query.get("version", "")})
    return data


def first(query: Mapping[str, str]) -> dict[str, str]:
    return {"version": query.get("version", ""), "of": TEXT}


def go_of(data: Mapping[str, str]) -> dict[str, str]:
    return dict(parse_qsl(data.get("go", "")))


def try_out(form: TryForm, facts: FactsForm, go: Mapping[str, str]) -> Trial | None:
    """None where the form says what is wrong."""
    if not (form.is_valid() & facts.is_valid()):
        return None
    version, mention = form.version_tried(), form.cleaned_data["mention"]
    try:
        agreed = agreed_with(version)
    except ContentError as error:
        form.add_error("version", str(error))
        return None
    subject = as_it_came(mention) if mention else as_typed(form.typed())
    slug = version.playbook.slug if version else ""
    begin_here = slug and (form.cleaned_data["begin_here"] or not leads_to(agreed, subject.mention.channel_id, slug))
    return walk_through(
        subject,
        agreed,
        answers=answers_from(go),
        ask=go.get("ask", ""),
        by_hand=facts.by_hand(),
        begin_in=slug if begin_here else "",
    )


def screen(form: TryForm, facts: FactsForm, trial: Trial | None) -> dict[str, Any]:
    """`ways`: answer → what `go` says for it, of the question at hand; `confirmed`, `one_is` of the joint one."""
    context: dict[str, Any] = {"form": form, "facts": facts, "trial": trial}
    if trial is None:
        return context
    guide = trial.guide
    answers = dict(guide.walked.answers)
    question = guide.question
    return context | {
        "ways": [(one, query_of({**answers, question.key: one.slug})) for one in question.answers] if question else [],
        "confirmed": query_of({**answers, **dict.fromkeys((step.key for step in guide.confirm), "no")}),
        "one_is": [(step, query_of(answers, ask=step.key)) for step in guide.confirm],
        "drawings": walked_drawings(guide.walked.path, guide.walked.trees),
    }
