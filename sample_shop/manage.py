#!/usr/bin/env python
"""Run Django's commands for My Yoga Palace."""

import os
import sys


def main() -> None:
    """Hand the command line over to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
