"""What people typed into lists and what the CRM says of leads."""
