"""An embedded Azure Functions host: what `func start` does, for one machine, in pure Python."""
