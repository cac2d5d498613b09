from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

ADMINS = ("house_admin", "knowledge_admin", "note_admin", "scenario_admin")  # beside admin.py: one file per idea


class PlaybooksConfig(AppConfig):
    name = "playbooks"
    verbose_name = _("Playbooks")

    def ready(self) -> None:
        autodiscover_modules(*ADMINS)
