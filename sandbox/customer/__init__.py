"""What a customer's cloud team does in its own account, with its own credentials."""
