"""What measures the shop from outside the learner's code.

The lab and the views come in, with the address of a shop or of a service.
It may not know a level: a probe says what is, not what should be.
"""
