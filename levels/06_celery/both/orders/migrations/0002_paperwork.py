"""Invoices, the stock feed, and two outsiders who sit in the database: bank and tax office."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

BANK = """
CREATE FUNCTION bank_settles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_sleep(0.3);
    IF NEW.email LIKE '%@broke.example' THEN
        RAISE EXCEPTION 'The bank refuses %', NEW.email USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER bank_settles AFTER INSERT ON orders_order
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    -- What was bought long ago was settled long ago.
    WHEN (NEW.created_at > now() - interval '1 hour') EXECUTE FUNCTION bank_settles();
"""
NO_BANK = """
DROP TRIGGER bank_settles ON orders_order;
DROP FUNCTION bank_settles;
"""
TAX_OFFICE = """
CREATE FUNCTION tax_office_stamps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' OR NEW.pdf IS DISTINCT FROM OLD.pdf THEN
        PERFORM pg_sleep(1.2);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tax_office_stamps BEFORE INSERT OR UPDATE ON orders_invoice
    FOR EACH ROW WHEN (octet_length(NEW.pdf) > 0) EXECUTE FUNCTION tax_office_stamps();
"""
NO_TAX_OFFICE = """
DROP TRIGGER tax_office_stamps ON orders_invoice;
DROP FUNCTION tax_office_stamps;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Feed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("published_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="order",
            name="confirmed_at",
            field=models.DateTimeField(
                blank=True,
                help_text="For the moment the mail went out. Nobody fills it in yet.",
                null=True,
            ),
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("pdf", models.BinaryField(blank=True, default=bytes)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invoices",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        # The bank says yes or no when the transaction commits, not a moment earlier.
        migrations.RunSQL(BANK, NO_BANK),
        # The tax office stamps each PDF as it is stored.
        migrations.RunSQL(TAX_OFFICE, NO_TAX_OFFICE),
    ]
