"""Who sees what, room by room. A module here declares for the addresses of its room:

- ``SEEN``: (address name, method) -> the roles that get something other than 404; a method that is not named answers
  404 or 405 to all;
- ``PATHS``: address name -> a function of the world that makes an object of the unit East and returns its address,
  where the name alone is not one;
- ``NOTHING``: address name -> the same address of an object that does not exist: West must get the same answer to both;
- ``OPEN_TO_ALL``: names of addresses that ask nobody to sign in.
"""

ROLES = (
    *("admin", "security", "office", "east", "west", "head"),
    *("checker", "reviewer", "auditor", "observer"),
)
ALL = frozenset(ROLES)
READS_ALL = frozenset({"office", "checker"})
FILES = frozenset({"east", "west"})
OF_EAST = frozenset({"east", "head"})
