"""Published vectors (Project Wycheproof, RFCs, x509-limbo) against the calls that the product makes."""
