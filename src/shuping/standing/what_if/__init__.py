"""The standing under other weights of the first level, and how far these may go before a unit's rank changes."""
