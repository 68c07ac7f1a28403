"""The lab an experiment works in: the interface between a level and the engine.

Experiments come in by the ``Lab`` they are handed, and the run that makes it.
It may not know how services are placed, nor the learner.

What an experiment may rely on
------------------------------

The engine makes one ``Experiment(lab)`` for each run and calls its phases. Everything public on
these is there to be used, stays as it is, and is documented where it is defined:

* :class:`Lab`: ``lab.step``, ``measure``, ``find``, ``foul`` and their like write into the notebook
  (:class:`~tutor.lab.notebook.Notebook`); ``lab.shop``, ``broken`` and ``healthy`` are the shops
  (:class:`~tutor.lab.shops.Shops`), opened when they are first used and closed by the engine;
  every other name is an instrument (:mod:`tutor.lab.instruments`).
* :class:`Shop`: one shop that runs, its pages, its database, its services.
* What these hand out: the names that this package exports, for annotations.

A measure is a :data:`JsonValue`. :class:`Foul` ends the experiment; it is raised, and never caught
by an experiment. An experiment may ask for what it needs from several threads, as long as one of
them only opens another shop (``lab.meanwhile``) or looks on (``lab.background``).

An experiment imports this package under ``TYPE_CHECKING`` only. Its rules are tested in
milliseconds with a :class:`~tutor.lab.fake.FakeLab`, whose pages and rows are written down.

The rest of the engine makes a lab, has :mod:`tutor.lab.experiment` load the experiment, and looks
at the notebook afterwards. Nothing in here knows a front end, or how a verdict is made.
"""

from tutor.lab.instruments.backends import Backends
from tutor.lab.instruments.bookkeeping import Bookkeeping, Books
from tutor.lab.instruments.callers import Answered, Callers
from tutor.lab.instruments.cards import Comparison, Fault, ShownCard, WrongField
from tutor.lab.instruments.checkout import Checkout
from tutor.lab.instruments.costs import Cost, Costs
from tutor.lab.instruments.customer import Customer
from tutor.lab.instruments.failover import Failover
from tutor.lab.instruments.footprint import Footprint
from tutor.lab.instruments.live_products import Card, Cards
from tutor.lab.instruments.locked_table import LockedTable
from tutor.lab.instruments.orders import Order, Orders
from tutor.lab.instruments.outsiders import Door
from tutor.lab.instruments.paper import Paper
from tutor.lab.instruments.release.release import Release
from tutor.lab.instruments.release.rollout import Meeting, RolledOut
from tutor.lab.instruments.release.witness import Evidence
from tutor.lab.instruments.staff import Staff
from tutor.lab.instruments.standby import Standby
from tutor.lab.instruments.standbys import Silence, Standbys
from tutor.lab.instruments.warehouse import Warehouse
from tutor.lab.instruments.workers import Workers
from tutor.lab.lab import Lab
from tutor.lab.notebook import Foul, JsonValue, Notebook
from tutor.lab.shop import Shop
from tutor.lab.shops import ShopFiles, Shops
from tutor.probes.statements import Statements
from tutor.probes.trace import Trace

__all__ = [
    "Answered",
    "Backends",
    "Bookkeeping",
    "Books",
    "Callers",
    "Card",
    "Cards",
    "Checkout",
    "Comparison",
    "Cost",
    "Costs",
    "Customer",
    "Door",
    "Evidence",
    "Failover",
    "Fault",
    "Footprint",
    "Foul",
    "JsonValue",
    "Lab",
    "LockedTable",
    "Meeting",
    "Notebook",
    "Order",
    "Orders",
    "Paper",
    "Release",
    "RolledOut",
    "Shop",
    "ShopFiles",
    "Shops",
    "ShownCard",
    "Silence",
    "Staff",
    "Standby",
    "Standbys",
    "Statements",
    "Trace",
    "Warehouse",
    "Workers",
    "WrongField",
]
