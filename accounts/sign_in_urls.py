"""The part of allauth that is open here, under the names allauth looks for.

Signing up, e-mail addresses and codes by mail have no address: people are invited. Whatever changes a sign-in asks
again who somebody is when they proved it long ago.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from allauth.socialaccount.providers.openid_connect import views as provider
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from accounts.provider_page import survives_provider
from accounts.recent import recent_sign_in_required as recent
from accounts.sign_in_views import Login

second_factors = [
    path("", mfa.index, name="mfa_index"),
    path("code/", mfa.authenticate, name="mfa_authenticate"),
    path("confirm/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", recent(totp.activate_totp), name="mfa_activate_totp"),
    path("app/remove/", recent(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", recent(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/new/", recent(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/file/", recent(recovery_codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("passkeys/add/", recent(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/confirm/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", recent(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/rename/", recent(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/sign-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
]
password = [
    path("change/", account.password_change, name="account_change_password"),
    path("forgotten/", account.password_reset, name="account_reset_password"),
    path("forgotten/sent/", account.password_reset_done, name="account_reset_password_done"),
    path("new/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[^/]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
urlpatterns = [
    path("login/", Login.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("confirm/", account.reauthenticate, name="account_reauthenticate"),
    path("password/", include(password)),
    path("second-factors/", include(second_factors)),
]
single_sign_on = [
    path("sso/<str:provider_id>/", survives_provider(provider.login), name="openid_connect_login"),
    path("sso/<str:provider_id>/back/", survives_provider(provider.callback), name="openid_connect_callback"),
]
if settings.SINGLE_SIGN_ON:
    urlpatterns += single_sign_on
