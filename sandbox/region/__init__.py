"""The region's half of the sync, as a reference: it opens what is sealed to it and says what it has applied.

It stands for the runtime in every region of the sandbox, with the customer's credentials and the region's own key;
of the console it knows the layout of the bucket alone.
"""
