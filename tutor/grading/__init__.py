"""Results for those who grade: tables, JUnit, GitHub's annotations; shops handed in as one file.

The shell comes in. It may not know how a verdict is reached, Click, Textual, or the shop's Django.
A bundle comes from somebody else: nothing in it is believed that was not checked.
"""
