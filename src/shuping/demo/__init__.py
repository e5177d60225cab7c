"""The demonstration county: an invented county's folder, drawn from a seed.

It appraises townships, bureaus and zones by their work. There is no person in it, nothing that anybody said, and no
points for staff; residents' requests count only by whether they were answered in time, never by their number.
"""

from shuping.demo.safety import SafetyRow, safety_rows, safety_rulebook
from shuping.demo.write import county_files, write_county

__all__ = ["SafetyRow", "county_files", "safety_rows", "safety_rulebook", "write_county"]
