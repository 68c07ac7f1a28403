"""What the workbench can do, one subject per module."""
