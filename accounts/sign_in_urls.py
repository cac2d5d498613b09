"""The part of allauth that is open here, under the names allauth looks for.

Signing up, e-mail addresses, codes and password resets by mail have no address: people are added by an admin.
"""

from allauth.account import views as allauth_views
from django.urls import path

from accounts.views import Login

urlpatterns = [
    path("login/", Login.as_view(), name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("password/change/", allauth_views.password_change, name="account_change_password"),
]
