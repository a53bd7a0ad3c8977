"""How fast the server is: each figure beside a floor, the least that work could cost, taken in the same run.

Run by `make bench`. Nothing is asserted: machines differ, ratios less so. Processor time of this process, medians.
"""
