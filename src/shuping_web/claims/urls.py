"""Addresses of the room ``claims``."""

from django.urls import path

from shuping_web.claims import views

urlpatterns = [
    path("claims/", views.claims, name="claims"),
    path("claims/new/<str:dataset>/", views.new_claim, name="new-claim"),
    path("claim/<int:number>/", views.claim, name="claim"),
    path("claim/<int:number>/change/", views.change, name="change-claim"),
    path("claim/<int:number>/decide/", views.decide_claim, name="decide-claim"),
    path("claim/<int:number>/answer/", views.answer, name="answer-claim"),
]
