"""Partitions on other machines: what travels to a worker, and what lies where all of them reach it."""
