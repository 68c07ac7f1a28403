"""Addresses of the catalogue."""

from django.urls import path

from catalog import bestsellers, deals, views, warehouse

app_name = "catalog"

urlpatterns = [
    path("", views.front, name="front"),
    path("monday/", deals.page, name="monday"),
    path("bestsellers/", bestsellers.page, name="bestsellers"),
    path("category/<slug:slug>/", views.category, name="category"),
    path("product/<slug:slug>/", views.product, name="product"),
    path("product/<slug:slug>/delivery/", warehouse.delivery, name="delivery"),
    path("stock.csv", warehouse.stock_list, name="stock_list"),
    path("search/", views.search, name="search"),
    path("picture/<slug:slug>.svg", views.picture, name="picture"),
]
