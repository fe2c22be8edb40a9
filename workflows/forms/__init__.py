"""What people fill in. Forms parse and explain; whether it may is for the services."""
