"""The name under which the shop for people runs."""

SITE = "showroom"
"""The shop that is served to people; the shops of a run are called as their variants."""
TESTED = "mine"
"""The learner's shop while it is tested."""
