"""Addresses of the catalogue."""

from django.urls import path
from django.views.decorators.cache import cache_page

from catalog import views

app_name = "catalog"

urlpatterns = [
    path("", views.front, name="front"),
    path("category/<slug:slug>/", views.category, name="category"),
    path("product/<slug:slug>/", views.product, name="product"),
    path("search/", cache_page(60)(views.search), name="search"),
    path("picture/<slug:slug>.svg", views.picture, name="picture"),
]
