"""The load generator: Locust, in a process of its own."""
