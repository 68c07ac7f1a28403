"""A database backend that does not take no for an answer."""
