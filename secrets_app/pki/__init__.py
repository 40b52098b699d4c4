"""Certificates of application planes: a root, an intermediate a region, short-lived leaves.

Framework-free and pure: certificates, keys and the time go in, certificates or a refusal come out.
Field by field it follows RFC 5280; where the CA/Browser Forum's Baseline Requirements (BR) are
stricter and fit a private hierarchy, they are followed and named.
"""
