"""Read models: rows, lists, generations, and what happens to them when somebody dies."""
