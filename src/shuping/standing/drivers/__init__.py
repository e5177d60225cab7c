"""What drives the ranks: shares of the choices in their changes, criteria left out one by one, strengths and weaknesses."""
