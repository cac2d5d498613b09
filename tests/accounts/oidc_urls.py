"""The console's addresses as they are with OIDC_* set."""

from django.urls import include, path

from accounts.sign_in_urls import single_sign_on
from config.urls import *  # noqa: F403
from config.urls import urlpatterns

urlpatterns = [path("accounts/", include(single_sign_on)), *urlpatterns]
