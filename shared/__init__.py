"""What the edges and the processes share: the domain and the ports around it."""
