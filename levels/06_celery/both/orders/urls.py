"""Addresses of the checkout and of the paper that goes with it."""

from django.urls import path

from orders import views

app_name = "orders"

urlpatterns = [
    path("checkout/", views.checkout, name="checkout"),
    path("order/<uuid:reference>/", views.placed, name="placed"),
    path("order/<uuid:reference>/invoice.pdf", views.invoice, name="invoice"),
    path("feed/stock.csv", views.feed, name="feed"),
]
