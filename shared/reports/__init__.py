"""The weekly report: what is counted, how it is compared, and how it looks."""
