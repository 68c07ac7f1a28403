"""What experiments measure and compare with: each instrument is for more levels than one.

An experiment reaches all of them through its lab and imports none. An instrument knows shops,
probes and the stack, and of the lab only what :class:`~tutor.lab.instruments.context.Context` says.
"""
