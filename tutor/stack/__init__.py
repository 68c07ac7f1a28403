"""Everything the shop runs on: services, started in order and ended for certain."""
