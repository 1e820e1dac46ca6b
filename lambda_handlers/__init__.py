"""The functions of step 1: from the sources to immutable objects in the bronze bucket. Imports boto3 and requests only."""
