"""Addresses of the room ``people``."""

from __future__ import annotations

from django.urls import path

from shuping_web.people import account_views as accounts
from shuping_web.people import import_views, my_views
from shuping_web.people import unit_views as units

urlpatterns = [
    path("units/", units.units, name="units"),
    path("units/new/", units.new_unit, name="new-unit"),
    path("unit/<str:code>/", units.unit, name="unit"),
    path("unit/<str:code>/rename/", units.rename, name="rename-unit"),
    path("unit/<str:code>/move/", units.move, name="move-unit"),
    path("unit/<str:code>/end/", units.end, name="end-unit"),
    path("unit/<str:code>/merge/", units.merge, name="merge-units"),
    path("unit/<str:code>/split/", units.split, name="split-unit"),
    path("unit/<str:code>/carry/", units.carry, name="carry-roles"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/new/", accounts.new_account, name="new-account"),
    path("accounts/import/", import_views.upload, name="import-accounts"),
    path("accounts/import/confirm/", import_views.confirm, name="confirm-import"),
    path("accounts/import/template/", import_views.template, name="import-template"),
    path("account/<uuid:key>/", accounts.account, name="account"),
    path("account/<uuid:key>/change/", accounts.edit_account, name="edit-account"),
    path("account/<uuid:key>/switch/", accounts.switch_account, name="switch-account"),
    path("account/<uuid:key>/data/", accounts.account_data, name="account-data"),
    path("account/<uuid:key>/erase/", accounts.erase, name="erase-account"),
    path("account/<uuid:key>/give/", accounts.give, name="give-role"),
    path("role/<int:number>/end/", accounts.take_role, name="take-role"),
    path("roles/", accounts.roles, name="roles"),
    path("me/", my_views.me, name="me"),
    path("me/data/", my_views.my_data, name="my-data"),
    path("me/deputy/<int:number>/", my_views.deputy, name="deputy"),
    path("me/deputy/<int:number>/end/", my_views.end_deputy, name="end-deputy"),
    path("me/hand-over/<int:number>/", my_views.hand_over_role, name="hand-over"),
]
