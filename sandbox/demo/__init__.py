"""A customer that is onboarded by the real road: nothing is inserted that an action would not have made."""
