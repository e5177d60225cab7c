"""Who is at the door: passwords, lock-out, second factor, slips, invitations, sessions, what was typed meanwhile."""
