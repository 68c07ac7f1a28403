"""The parts of the workbench, each with its keys, its workers and what it shows of one model.

A part tells what happened by a message; the screen above is the only one that knows them all.
Parts import widgets, and neither a screen nor one another; which there are says the registry.
"""
