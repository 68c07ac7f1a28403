"""Whether orders, mails and invoices are what was ordered."""

from __future__ import annotations

import re
import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tutor.lab import Lab, Order

    from .sales import Purchase, Sales

LINES = """
SELECT product.slug, line.price, line.quantity FROM orders_orderline AS line
  LEFT JOIN catalog_product AS product ON product.id = line.product_id
 WHERE line.order_id = %s ORDER BY 1
"""
BUYERS = """
SELECT orders.name, orders.address, coalesce(customer.username, '')
  FROM orders_order AS orders LEFT JOIN auth_user AS customer ON customer.id = orders.customer_id
 WHERE orders.id = %s
"""
INVOICES = "SELECT pdf FROM orders_invoice WHERE order_id = %s AND octet_length(pdf) > 0"


def refuse_wrong(lab: Lab, sales: Sales, orders: list[Order]) -> None:
    """Refuse orders, mails and invoices that are not what was ordered."""
    numbers = {order.number for order in orders}
    for order in orders:
        purchase, others = sales.purchases.get(order.number), numbers - {order.number}
        if purchase is not None:
            _refuse_order(lab, order, purchase)
        for mail in order.mails:
            if wrong := _what_is_wrong(mail, order, purchase, others):
                lab.foul("mail_wrong", number=order.number, what=wrong)
        for (pdf,) in lab.shop.sql(INVOICES, [order.key]):
            text = text_of(bytes(pdf))
            if order.number not in text or any(number in text for number in others):
                lab.foul("invoice_wrong", number=order.number, size=len(pdf))


def text_of(pdf: bytes) -> str:
    """Return the text of *pdf*, roughly: enough to find a number; nothing where it is none."""
    if not pdf.startswith(b"%PDF"):
        return ""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            parts.append(zlib.decompress(match[1]))
    return b"\n".join(parts).decode("latin-1")


def _refuse_order(lab: Lab, order: Order, purchase: Purchase) -> None:
    """Refuse an order that is not what its buyer had in the cart and wrote into the form."""
    pairs = zip(purchase.lines, purchase.prices, strict=True)
    wanted = sorted((slug, price, pieces) for (slug, pieces), price in pairs)
    lines = lab.shop.sql(LINES, [order.key])
    if lines != wanted:
        said = ", ".join(f"{pieces} x {slug} EUR {price}" for slug, price, pieces in lines)
        lab.foul("order_wrong", number=order.number, what=said or "–")
    buyer = lab.shop.sql(BUYERS, [order.key])[0]
    user = lab.customers.key(purchase.user)[0] if purchase.user else ""
    if buyer != (purchase.name, purchase.address, user):
        lab.foul("order_wrong", number=order.number, what=", ".join(buyer))


def _what_is_wrong(
    mail: dict[str, Any], order: Order, purchase: Purchase | None, others: set[str]
) -> str:
    """Return what is wrong with the mail for *order*; nothing where it is the right one."""
    if mail["to"] != [order.email]:
        return f"→ {', '.join(mail['to'])}"
    if f"{order.total:.2f}" not in mail["body"]:
        return f"EUR {order.total:.2f}?"
    if purchase and purchase.address not in mail["body"]:
        return f"{purchase.address}?"
    if strange := [number for number in others if number in mail["body"]]:
        return strange[0]
    return ""
