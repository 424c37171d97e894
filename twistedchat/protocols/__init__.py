"""The doors: bytes to verbs, and events to bytes."""
