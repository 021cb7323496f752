"""What runs beside requests, for as long as the process does."""
