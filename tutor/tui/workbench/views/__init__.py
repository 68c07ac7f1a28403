"""The views of the running shop, one file each; a new one needs a line in the registry besides."""
