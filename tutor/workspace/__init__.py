"""The shop's files: composed for a variant, or the learner's own."""

from tutor.workspace.compose import compose, materialise
from tutor.workspace.workspace import MARKER, Workspace

__all__ = ["MARKER", "Workspace", "compose", "materialise"]
