"""Messages to people, the outbox that the office sees before anything goes, and long work in the background."""
