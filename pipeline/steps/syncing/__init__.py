"""From a helpdesk's API to the warehouse, page by page."""
