"""Proofs of identity: password hashing off the reactor."""
