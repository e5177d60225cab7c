"""Addresses of the room ``history``."""

from django.urls import path

from shuping_web.history import head_views, views

urlpatterns = [
    path("history/<str:kind>/<str:key>/", views.history, name="history"),
    path("ledger/", views.ledger, name="ledger"),
    path("ledger/chain/", head_views.chain, name="chain"),
    path("ledger/heads/", head_views.heads, name="heads"),
    path("ledger/heads/<str:day>/", head_views.head, name="head"),
    path("ledger/heads/<str:day>/text/", head_views.head_text, name="head-text"),
    path("ledger/heads/<str:day>/mail/", head_views.mail, name="mail-head"),
]
