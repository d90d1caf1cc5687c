"""The floor of every operation: the best single statement for the same answer, written by hand.

A floor knows what the product may not assume: one company without branches, nothing but what the generator made. It
says what the answer must cost at least, on the same database, in the same minute.
"""
