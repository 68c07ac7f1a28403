"""The bench an experiment works at: a small, stable interface between a level and the engine."""

from tutor.lab.costs import Cost, Costs
from tutor.lab.customers import Customer
from tutor.lab.footprint import Footprint
from tutor.lab.instruments.checkout import Checkout
from tutor.lab.instruments.paper import Paper
from tutor.lab.instruments.warehouse import Warehouse
from tutor.lab.lab import Foul, Lab
from tutor.lab.orders import Order, Orders
from tutor.lab.sessions import Sessions
from tutor.lab.shop import Shop

__all__ = [
    "Checkout",
    "Cost",
    "Costs",
    "Customer",
    "Footprint",
    "Foul",
    "Lab",
    "Order",
    "Orders",
    "Paper",
    "Sessions",
    "Shop",
    "Warehouse",
]
