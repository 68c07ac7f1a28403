"""Addresses of the catalogue."""

from django.urls import path

from catalog import views

app_name = "catalog"

urlpatterns = [
    path("", views.front, name="front"),
    path("category/<slug:slug>/", views.category, name="category"),
    path("product/<slug:slug>/", views.product, name="product"),
    path("search/", views.search, name="search"),
    path("picture/<slug:slug>.svg", views.picture, name="picture"),
]
