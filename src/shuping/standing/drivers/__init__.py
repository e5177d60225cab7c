"""What drives the ranks: shares of the choices in rank changes, criteria left out, strengths and weaknesses."""
