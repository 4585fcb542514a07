"""The command line: one module per command group; each parses, calls a step and prints. No logic lives here."""
