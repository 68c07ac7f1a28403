"""One module per service: it describes the program and controls nothing.

The stack comes in, by the kinds that a ``stack.toml`` may name.
A service may not know the plan it is part of, nor start or stop anything.
"""
