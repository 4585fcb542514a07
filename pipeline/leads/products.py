"""Names that customers may say: products and plans of the vendor, rivals, and what nobody can sell yet."""

from __future__ import annotations

# Every CRM table that names a thing to be sold: its query of (name, aliases).
NAMED_PRODUCTS = """
    SELECT name, coalesce(aliases, '') AS aliases FROM products
    UNION SELECT DISTINCT product, '' FROM availability WHERE lower(product) NOT IN (SELECT lower(name) FROM products)
    UNION SELECT DISTINCT wanted, '' FROM wishes
        WHERE lower(wanted) NOT IN (SELECT lower(name) FROM products UNION SELECT lower(product) FROM availability)
    ORDER BY ALL
"""
NAMED_COMPETITORS = "SELECT name, coalesce(aliases, '') AS aliases FROM competitors ORDER BY ALL"
