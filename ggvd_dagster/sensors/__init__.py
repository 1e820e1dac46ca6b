"""What starts runs or raises alerts by itself: new objects in bronze, dead letters, failed runs and failed checks."""
