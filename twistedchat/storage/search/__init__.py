"""Full-text search in a file of its own, which can be made again from the database."""
