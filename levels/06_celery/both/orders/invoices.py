"""Bills as PDF."""

from orders.models import Invoice, Order


def write_invoice(order: Order) -> Invoice:
    """Draw the bill of *order* and store it; the tax office takes its time over the stamp."""
    return Invoice.objects.create(order=order, pdf=draw(order))


def draw(order: Order) -> bytes:
    """Return the bill of *order* as a PDF."""
    # Half a second to import: only those who draw should pay for it.
    from fpdf import FPDF

    pdf = FPDF()
    pdf.set_title(f"Invoice {order.number}")
    pdf.add_page()
    pdf.set_font("Helvetica", "B", 18)
    pdf.cell(0, 14, f"Invoice {order.number}", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", size=11)
    pdf.multi_cell(0, 6, _latin(f"{order.name}\n{order.address}"), new_x="LMARGIN", new_y="NEXT")
    pdf.ln(8)
    for line in order.lines.all():
        pdf.cell(140, 7, _latin(f"{line.quantity} x {line.name}"))
        pdf.cell(0, 7, f"EUR {line.total}", align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font("Helvetica", "B", 11)
    pdf.cell(140, 10, "Together")
    pdf.cell(0, 10, f"EUR {order.total}", align="R")
    return bytes(pdf.output())


def _latin(text: str) -> str:
    """Return *text* with what the built-in fonts cannot draw replaced."""
    return text.encode("latin-1", "replace").decode("latin-1")
