"""The rule book: its model, its loader with line and column, its checks."""
