"""Dead letters: what is noted, filed, sent again and put away."""
