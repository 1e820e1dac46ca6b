"""The platform on AWS; the Python in here checks and applies it."""
