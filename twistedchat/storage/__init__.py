"""Everything that lasts, and every SQL statement of the project; SQLite in the data directory."""
