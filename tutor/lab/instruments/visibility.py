"""How long the broker waits for an acknowledgement, as the shop set it."""

import re
from contextlib import suppress

from tutor.base.errors import ShopError, TutorError
from tutor.lab.instruments.clock import HOUR
from tutor.lab.shop import Shop

ASK = """
from celery.app.utils import find_app
options = find_app("shop").conf.broker_transport_options or {}
print("visible again after", float(options.get("visibility_timeout", 3600)), flush=True)
"""
SAID = re.compile(r"visible again after ([\d.]+)")


def visibility_timeout(shop: Shop) -> float:
    """Return how many seconds *shop* gives a message to be acknowledged, by its own settings.

    Who cannot be asked is not accused: then it is the hour that Celery gives.
    """
    site = shop.site
    with suppress(ShopError, TutorError):
        site.run_code(ASK, shop.cancel)
        said = SAID.findall(site.ground.stack.tail(f"shell-{site.folder.name}"))
        return float(said[-1]) if said else HOUR
    return HOUR
