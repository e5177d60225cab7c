"""Addresses of the room ``sign_in``."""

from __future__ import annotations

from django.urls import path

from shuping_web.sign_in import door_views as door
from shuping_web.sign_in import own_views as own
from shuping_web.sign_in import pass_views

urlpatterns = [
    path("sign-in/", door.SignIn.as_view(), name="sign-in"),
    path("sign-in/code/", door.code, name="sign-in-code"),
    path("sign-out/", door.SignOut.as_view(), name="sign-out"),
    path("slip/", door.slip, name="slip"),
    path("invitation/", door.accept_invitation, name="accept-invitation"),
    path("invitation/<str:token>/", door.invitation, name="invitation"),
    path("me/password/", own.password, name="change-password"),
    path("me/second-factor/", own.second_factor, name="second-factor"),
    path("me/sessions/", own.sessions, name="sessions"),
    path("accounts/passes/", pass_views.passes, name="passes"),
    path("account/<uuid:key>/second-factor/off/", pass_views.factor_off, name="second-factor-off"),
]
