"""What a person should look at in submissions that were accepted: one function a check, findings as their answer.

A check sees what one submission says and what stood before it: earlier months of its club, earlier founding forms. So
findings depend only on which submissions there are, not on the order in which they were projected.
"""
