#!/usr/bin/env python
"""Django's command-line utility; whoever migrates waits for nobody."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    if "migrate" in sys.argv:
        os.environ["PGOPTIONS"] = "-c lock_timeout=400ms"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
