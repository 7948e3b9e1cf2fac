"""Programs that drive a whole system: the demonstration, calls placed by hand, scores and benchmarks."""
