"""AWS Glue that really runs: job runs as processes, crawlers that read Delta logs."""
