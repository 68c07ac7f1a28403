"""A survey of the whole shop: every page, several kinds of visitor, every field shown."""

from tutor.lab.instruments.survey.survey import Survey

__all__ = ["Survey"]
