"""What ``shuping analyse`` finds, as one page: how a rule book hangs together, what drives the ranks; units."""
