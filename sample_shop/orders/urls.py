"""Addresses of the checkout."""

from django.urls import path

from orders import views

app_name = "orders"

urlpatterns = [
    path("checkout/", views.checkout, name="checkout"),
    path("order/<uuid:reference>/", views.placed, name="placed"),
]
