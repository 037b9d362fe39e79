"""Uploads: files that people send straight to storage, and the thumbnails made of them."""
