"""Policy checks: what a change may not do, and what it may do only with open eyes."""
