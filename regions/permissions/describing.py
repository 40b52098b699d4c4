"""What the role and its policies say of themselves, however they are made."""

SESSION_SECONDS = 3600  # the most that role chaining allows
OF_ROLE = "Assumed by the control plane of BYOC Console with the external id of its connection."
OF_BOUNDARY = "The most a role of a region may do."
OF_POLICY = "Part of the deployment role's permissions."
