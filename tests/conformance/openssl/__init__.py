"""Certificates, requests, lists and handshakes as OpenSSL judges them."""
