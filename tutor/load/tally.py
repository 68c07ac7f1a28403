"""Count the failed requests of a Locust by kind; the kinds together are all that failed.

Loaded by Locust beside the level's locustfile, on this machine and on others: imports nothing of
the tutor. What a message says after its first colon is an example of its kind: "a name is missing:
Cork Mat" and "a name is missing: Bolster" are one kind, told by the example that came first.
"""

from locust import events
from requests import exceptions

KINDS = 20
"""How many kinds are told apart; the rest is counted together."""
OTHERS = "something else"
UNANSWERED = (
    (exceptions.Timeout, "no answer in time"),
    (exceptions.ChunkedEncodingError, "the answer is cut off"),
    (exceptions.ContentDecodingError, "the answer cannot be unpacked"),
    (exceptions.TooManyRedirects, "redirected in a circle"),
)


@events.init.add_listener
def begin(environment, **_kwargs):
    """Count from the start of each test."""
    environment.tally = {}
    environment.events.test_start.add_listener(lambda **_: environment.tally.clear())

    @environment.events.request.add_listener
    def remember(exception=None, response=None, **_kwargs):
        if exception is not None:
            add(environment.tally, message_of(exception, response), 1)


def add(tally, message, count):
    """Add *count* failures that *message* describes to *tally*, under the example of their kind."""
    kind = message.partition(":")[0]
    known = next((example for example in tally if example.partition(":")[0] == kind), None)
    if known is None:
        known = message if len(tally) < KINDS else OTHERS
    tally[known] = tally.get(known, 0) + count


def together(tallies):
    """Return what several workers counted as if one had."""
    whole = {}
    for tally in tallies:
        for message, count in tally.items():
            add(whole, message, count)
    return whole


def message_of(exception, response):
    """Return what is said of a failed request: where no answer came, why not."""
    error = getattr(response, "error", None)
    if isinstance(exception, exceptions.HTTPError):
        # Of the same kind as what a locustfile calls so, and without an address.
        return f"status {response.status_code}"
    if error is None or response.status_code:
        return str(exception)
    for kind, words in UNANSWERED:
        if isinstance(error, kind):
            return words
    if "NewConnectionError" in repr(error):
        return "nobody opened the door"
    return "dropped without an answer"
