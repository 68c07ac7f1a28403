"""What measures the shop from outside the learner's code."""
