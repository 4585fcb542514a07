"""Prefect flows: order, retries, schedule."""
