"""Python's garbage collector, kept from searching what stays while every key should be answered."""

import gc


def wait_for_first_frame() -> None:
    """Search nothing while Textual is imported and the first screen composed: all of it stays."""
    gc.disable()


def search_from_now_on() -> None:
    """Search again, but what stays, if nothing was searched before the first frame."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def freeze_what_stays() -> None:
    """Drop what is garbage by now, and have later searches leave everything else alone.

    The game holds some 140 000 objects. Beside a load test that uses every core, one search through
    all of them takes more than 100 ms, and screens that are drawn anew ask for one each second.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
