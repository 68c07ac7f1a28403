"""The game in a browser."""

SERVER = "LEVELUP_SERVED_BY"
