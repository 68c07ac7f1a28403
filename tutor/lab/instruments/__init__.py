"""What experiments of several levels measure with, each instrument in a module of its own.

Experiments reach an instrument through the lab, which is handed to it.
An instrument knows no level and imports only what lies below the lab.
"""
