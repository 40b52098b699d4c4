"""Questions as data, and the pure function from answers to a region plan."""
