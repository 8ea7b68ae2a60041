"""Documents: what each kind of report consists of."""
