"""Planning a comparison before it is made: how many days, which days, and what was written down."""
