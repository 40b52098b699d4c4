"""A pure evaluator of IAM policies, after the IAM User Guide's "Policy evaluation logic"."""
