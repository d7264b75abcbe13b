"""Addresses for signing in, one's own page and organisations.

The names beginning with account_ that the sign-in library looks up are kept as it has them.
"""

from django.urls import path, re_path
from django.views.generic import RedirectView

from portal.account import organisations, sign_in, terms, views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="account")),
    # --- signing in and up ---
    path("logg-inn/", sign_in.sign_in, name="account_login"),
    path("login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("logg-ut/", sign_in.sign_out, name="account_logout"),
    path("stengt/", sign_in.closed, name="account_inactive"),
    path("ny-bruker/", sign_in.new_person, name="account_signup"),
    path("bekreft/", sign_in.check_your_mail, name="account_email_verification_sent"),
    re_path(
        r"^bekreft/(?P<key>[-:\w]+)/$",
        sign_in.confirm_your_address,
        name="account_confirm_email",
    ),
    path("glemt-passord/", sign_in.forgotten_password, name="account_reset_password"),
    path(
        "glemt-passord/sendt/",
        sign_in.forgotten_password_sent,
        name="account_reset_password_done",
    ),
    path(
        "glemt-passord/lagret/",
        sign_in.new_password_stored,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^nytt-passord/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.new_password,
        name="account_reset_password_from_key",
    ),
    path("bytt-passord/", sign_in.change_password, name="account_change_password"),
    path("lag-passord/", sign_in.first_password, name="account_set_password"),
    # --- my page ---
    path("meg/", views.my_page, name="account"),
    path("meg/profil/", views.save_profile, name="account_profile"),
    path("meg/varsler/", views.save_notices, name="account_notices"),
    # --- organisations ---
    path("bli-med/", organisations.join, name="account_join"),
    path("foresporsler/", organisations.requests, name="account_requests"),
    path("foresporsler/<int:pk>/slipp-inn/", organisations.approve, name="account_approve"),
    path("foresporsler/<int:pk>/avsla/", organisations.decline, name="account_decline"),
    path("foresporsler/<int:pk>/trekk/", organisations.take_back, name="account_take_back"),
    path("virksomhet/<int:pk>/", organisations.organisation, name="account_organisation"),
    path("virksomhet/<int:pk>/vilkar/<slug:key>/", terms.terms, name="account_terms"),
    path("virksomhet/<int:pk>/inviter/", organisations.invite, name="account_invite"),
    path("medlem/<int:pk>/roller/", organisations.roles, name="account_roles"),
    path("medlem/<int:pk>/avslutt/", organisations.end, name="account_end"),
    path("medlem/<int:pk>/forlat/", organisations.leave, name="account_leave"),
    path("invitasjon/<str:token>/", organisations.invitation, name="account_invitation"),
    path(
        "invitasjoner/<int:pk>/godta/",
        organisations.accept_invitation,
        name="account_accept_invitation",
    ),
    path(
        "invitasjoner/<int:pk>/trekk/",
        organisations.withdraw_invitation,
        name="account_withdraw_invitation",
    ),
]
