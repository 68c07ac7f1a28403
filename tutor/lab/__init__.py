"""The bench an experiment works at: a small, stable interface between a level and the engine."""

from tutor.lab.lab import Foul, Lab
from tutor.lab.shop import Shop

__all__ = ["Foul", "Lab", "Shop"]
