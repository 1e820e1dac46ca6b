"""What the platform costs and how far it goes, measured side by side: `python -m benchmarks --help`."""
