"""An order from its placing to its end; read commands, events, state, decide, evolve in turn."""
