"""What each service of the spec becomes, through plain boto3. Every function changes only what differs and yields what it changed."""
