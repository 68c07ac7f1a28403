"""The load generator: Locust, in processes of its own.

The lab comes in, with a level's plan of the load and a shop's address.
It may not know what the visitors look for, nor whether what they met is good enough.
"""
