"""Who is told of a night, and what they were told already."""
