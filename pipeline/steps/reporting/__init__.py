"""What service is worth."""
