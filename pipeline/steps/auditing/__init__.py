"""What was done with personal data, and by whom."""
