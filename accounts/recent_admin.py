"""Pages of the administration that change what weighs: who may see, who is called, which signature is believed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from accounts.recent import recent_sign_in_required


class AsksAgain(admin.ModelAdmin):
    """Asks who somebody is before a form opens, so that nothing typed is lost, and before each action of the list."""

    @method_decorator(recent_sign_in_required)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().changeform_view(request, *args, **kwargs)

    @method_decorator(recent_sign_in_required)
    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().delete_view(request, *args, **kwargs)

    @method_decorator(recent_sign_in_required)
    def response_action(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse | None:
        return super().response_action(request, *args, **kwargs)
