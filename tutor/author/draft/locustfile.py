"""Somebody who feels the pulse of the shop, again and again.

Runs alone too: `locust -f locustfile.py -H http://127.0.0.1:8000`.
"""

from locust import HttpUser, constant, task


class Visitor(HttpUser):
    """Asks whether the shop is alive."""

    wait_time = constant(0.05)

    def on_start(self):
        """Send each request over a connection of its own: one that was kept may be gone."""
        self.client.headers["Connection"] = "close"
        self.client.hooks["response"].append(lambda *_answer, **_how: self.client.close())

    @task
    def pulse(self):
        """Ask once."""
        self.client.get("/health/")
