"""What each call needs: actions, the ARNs they are about and the condition keys that belong to each."""
