from django.apps import AppConfig

from config import telemetry


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        telemetry.start()
