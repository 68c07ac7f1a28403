"""What the shop runs on: services, their plan, databases, the ground of a run, the monitor.

The lab, the views and the learner's room come in; they ask for a shop and are handed its site.
It may not know where services run (the machine does), what is measured, or who plays.
"""
