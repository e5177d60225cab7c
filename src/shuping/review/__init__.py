"""A rule book looked at before it is used: the linter behind ``shuping check``, with data where there are any."""
