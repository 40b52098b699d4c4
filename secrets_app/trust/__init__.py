"""What regions trust and issue from: rows around the pure `secrets_app.pki`, shared by actions, steps and sync."""
