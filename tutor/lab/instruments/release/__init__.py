"""A release: new code comes while old code runs, on one database that is migrated meanwhile.

:class:`~tutor.lab.instruments.release.release.Release` is what experiments are handed.
"""
