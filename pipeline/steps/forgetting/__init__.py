"""Forgetting people, keeping nothing longer than asked, and saying what is held of somebody."""
