"""A self-hosted, multi-room chat server on Twisted."""
