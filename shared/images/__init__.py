"""Images: what a stranger's file is, and the thumbnail of one that is an image."""
