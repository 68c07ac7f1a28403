"""The broken shop and the one under test, timed in turns until the noise no longer decides."""

from tutor.lab.instruments.context import Context
from tutor.lab.shop import Shop
from tutor.probes.race import Race, race

RACE_TRIES = 3


def race_shops(lab: Context, measure: str, path: str, *, rounds: int, warm_up: int) -> Race:
    """Time both shops at *path* in turns; the ratio becomes *measure*.

    Where the noise could carry the ratio across a bound of the level, the race is run again, and
    after :data:`RACE_TRIES` the measure counts as too noisy.
    """
    broken, mine, bounds = lab.broken, lab.shop, lab.bounds(measure)

    def lap(shop: Shop) -> float:
        lab.cancel.check()
        return shop.page(path).seconds

    for _ in range(RACE_TRIES):
        with lab.lanes(measure, (broken, mine), rounds=rounds) as lanes:
            result = race(
                lambda: lap(broken),
                lambda: lap(mine),
                rounds=rounds,
                warm_up=warm_up,
                told=lanes.lap,
            )
        if not any(result.straddles(bound) for bound in bounds):
            break
    else:
        lab.too_noisy(measure, noise=round(result.noise, 2), ratio=round(result.ratio, 2))
    lab.measure(measure, round(result.ratio, 3))
    lab.measure(f"{measure}_noise", round(result.noise, 3))
    for name, seconds in zip(("broken_ms", "shop_ms"), result.middle, strict=True):
        lab.measure(name, round(seconds * 1000, 1))
    return result
