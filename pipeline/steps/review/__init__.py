"""Labels: questions drawn, answers read, what they say now."""
