"""From the helpdesk's files to redacted rows."""
