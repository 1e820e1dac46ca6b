"""Failures that explain themselves: the class of an error, a card that says what to do, its delivery, and when to try again."""
