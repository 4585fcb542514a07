"""Unmet needs, their topics, and what people made of them."""
