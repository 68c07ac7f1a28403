"""The campaign: levels as data, read from their folders, and the shop that each is made of.

Everybody above comes in; a level is handed around as it was read.
It may not know how a level is played, measured or judged, nor import what lies in its folder.
"""

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
