"""Addresses of the cart."""

from django.urls import path

from cart import views

app_name = "cart"

urlpatterns = [
    path("", views.show, name="show"),
    path("add/<slug:slug>/", views.add, name="add"),
    path("change/<slug:slug>/", views.change, name="change"),
]
