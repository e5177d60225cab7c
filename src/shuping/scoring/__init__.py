"""Values to points, points to criteria, criteria to a total, with a trace and explanations."""
