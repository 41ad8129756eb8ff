"""Publication: collecting a run's tables into a release, auditing it, and pointing readers at it."""
