"""Past nights kept as changes, and decided again."""
