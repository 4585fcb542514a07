"""Ticketscout: reads a helpdesk's conversations every night and hands sales a short list worth acting on."""

__version__ = "0.1.0"
