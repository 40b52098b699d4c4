"""Carrying steps out: claim, run, finish; see DESIGN section 6."""
