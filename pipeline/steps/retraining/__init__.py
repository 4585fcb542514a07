"""Challengers, verdicts, and which model is in use."""
