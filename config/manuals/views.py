"""`/help/`: the manuals and their pictures, for everybody who is signed in."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from config.manuals import shelf


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "help/overview.html", {"manuals": shelf.manuals(request.LANGUAGE_CODE)})


@require_safe
def manual(request: HttpRequest, slug: str) -> HttpResponse:
    if slug not in shelf.SLUGS:
        raise Http404(_("There is no such manual."))
    return render(request, "help/manual.html", {"manual": shelf.read(slug, request.LANGUAGE_CODE)})


@require_safe
@cache_control(private=True, max_age=3600)
def image(request: HttpRequest, language: str, name: str) -> FileResponse:
    """Both parts of the address are single names, so that nothing but the folder of pictures can be meant."""
    folder = shelf.DOCS / "images" / language
    if name not in {path.name for path in folder.glob("*.webp")}:
        raise Http404(_("There is no such picture."))
    return FileResponse((folder / name).open("rb"), content_type="image/webp")
