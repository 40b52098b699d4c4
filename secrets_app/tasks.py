"""Addresses of the work on secrets, keys and certificates that is done beside requests."""
