"""What people decide about cases; every decision is a label to learn from."""
