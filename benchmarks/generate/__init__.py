"""Bronze files of any scale, the same bytes for the same seed: `python -m benchmarks.generate --scale 0.1 FOLDER`."""
