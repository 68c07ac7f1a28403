"""What runs inside the shop's processes."""
