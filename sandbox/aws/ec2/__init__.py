"""What EC2 does beyond moto."""
