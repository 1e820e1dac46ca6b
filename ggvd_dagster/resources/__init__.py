"""One module for each AWS service that the assets call: the calls that we use, their errors, and how long we wait."""
