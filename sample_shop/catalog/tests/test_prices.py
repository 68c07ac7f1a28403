"""What a promotion does to a price."""

from decimal import Decimal

import pytest
from django.db import connection

from catalog.models import Promotion


@pytest.mark.django_db
@pytest.mark.parametrize("percent", [1, 5, 12, 15, 35, 50, 90])
@pytest.mark.parametrize("price", ["0.01", "0.10", "10.30", "28.50", "33.33", "149.95"])
def test_python_and_postgresql_agree(price: str, percent: int) -> None:
    """Half a cent is rounded up in both."""
    reduced = Promotion(percent=percent).reduced(Decimal(price))

    with connection.cursor() as cursor:
        cursor.execute("SELECT round(%s::numeric * (100 - %s) / 100, 2)", [price, percent])
        assert cursor.fetchone() == (reduced,)
