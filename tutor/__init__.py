"""Level Up: an interactive performance tutorial."""

__version__ = "0.1.0"
