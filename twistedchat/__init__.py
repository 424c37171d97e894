"""A self-hosted, multi-room chat server on Twisted."""

__version__ = "0.1.0"
