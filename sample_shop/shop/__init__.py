"""My Yoga Palace: the project that holds the apps together."""
