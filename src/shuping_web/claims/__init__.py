"""Claims for bonus, judged deductions and vetoes: each becomes a record only when the persons it needs have agreed."""
