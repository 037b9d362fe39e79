"""Jobs: work that a request asks for and a queue carries (guide S3)."""
