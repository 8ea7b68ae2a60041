"""Words: the one place where codes and figures become text."""
