"""What is in the shop before the release: buyers, what they bought, and what they said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tutor.lab import Lab, Shop

BUYERS = 60
STOCKING = """
SELECT setseed({seed});
INSERT INTO auth_user (username, password, first_name, last_name, email,
                       is_staff, is_superuser, is_active, date_joined)
SELECT '{token}-' || n, '!', 'Buyer', '{token}', n || '@palace.example', false, false, true, now()
  FROM generate_series(1, {buyers}) AS n;
UPDATE catalog_review AS review
   SET author_id = (SELECT min(id) FROM auth_user WHERE last_name = '{token}')
                   + floor(random() * {buyers})::int
 WHERE random() < 0.9;
INSERT INTO orders_order (reference, customer_id, name, email, address, created_at)
SELECT gen_random_uuid(), id, first_name, email, '3 Lotus Lane', now() - interval '2 days'
  FROM auth_user WHERE last_name = '{token}';
INSERT INTO orders_orderline (order_id, product_id, name, price, quantity)
SELECT placed.id, bought.product_id, 'a thing', 10, 1
  FROM (SELECT DISTINCT author_id, product_id FROM catalog_review) AS bought
  JOIN orders_order AS placed ON placed.customer_id = bought.author_id
 WHERE placed.address = '3 Lotus Lane' AND random() < 0.75;
WITH placed AS (
    INSERT INTO orders_order (reference, customer_id, name, email, address, created_at)
    SELECT gen_random_uuid(), id, first_name, email, '4 Lotus Lane', now() - interval '2 days'
      FROM auth_user WHERE username = '{gina}' RETURNING id)
INSERT INTO orders_orderline (order_id, product_id, name, price, quantity)
SELECT placed.id, product.id, product.name, product.price, 1
  FROM placed, catalog_product AS product WHERE product.slug = '{bought}';
ANALYZE catalog_review;
"""
SOME = """
SELECT slug FROM catalog_product AS product
 WHERE is_live AND NOT EXISTS (
       SELECT FROM orders_orderline AS line JOIN orders_order AS placed ON placed.id = line.order_id
         JOIN auth_user ON auth_user.id = placed.customer_id
        WHERE line.product_id = product.id AND auth_user.username = %s)
 ORDER BY random() LIMIT 3
"""
"""Three products that Gina has not bought yet."""


class Goods:
    """Three products of this run, and how every shop is filled."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._token = lab.token()
        self._seed = lab.random.uniform(-1, 1)
        self.bought = self.other = self.guests = ""
        """Slugs: what Gina bought, what she did not, and what guests review."""

    def stock_up(self, shop: Shop) -> None:
        """Fill the database of *shop*."""
        gina, _ = self._lab.customers.key("gina")
        if not self.bought:
            self.bought, self.other, self.guests = (slug for (slug,) in shop.sql(SOME, [gina]))
        shop.sql(
            STOCKING.format(
                seed=self._seed, token=self._token, buyers=BUYERS, gina=gina, bought=self.bought
            )
        )
