"""Units, persons, memberships, roles and what they may do."""
