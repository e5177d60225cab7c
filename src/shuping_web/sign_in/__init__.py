"""Who is at the door: passwords, lock-out, second factor, slips, invitations, sessions, and what was typed meanwhile."""
