"""The campaign: levels as data, read from their folders."""

from tutor.curriculum.corpus import Answer, corpus
from tutor.curriculum.level import (
    Diagnosis,
    Hint,
    Level,
    LoadPlan,
    Machine,
    Pack,
    Prediction,
    Regression,
)
from tutor.curriculum.loader import find_level, load_level, load_levels
from tutor.curriculum.regression import draw, draws

__all__ = [
    "Answer",
    "Diagnosis",
    "Hint",
    "Level",
    "LoadPlan",
    "Machine",
    "Pack",
    "Prediction",
    "Regression",
    "corpus",
    "draw",
    "draws",
    "find_level",
    "load_level",
    "load_levels",
]
