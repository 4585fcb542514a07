"""One account's story: found, and told of sales and of service."""
