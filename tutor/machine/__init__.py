"""Where things run: supervisors, processes, containers, shares of the CPU, ports, the disk.

The stack comes in, with commands to run; so do load and probes, for what runs beside the shop.
It may not know what the processes are for: no level, no event, no client of a service.
"""
