"""The campaign: levels as data, read from their folders."""

from tutor.curriculum.level import Diagnosis, Hint, Level, LoadPlan, Machine
from tutor.curriculum.loader import find_level, load_level, load_levels

__all__ = [
    "Diagnosis",
    "Hint",
    "Level",
    "LoadPlan",
    "Machine",
    "find_level",
    "load_level",
    "load_levels",
]
