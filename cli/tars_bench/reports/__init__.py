"""Reports: published marts in, one frozen report object, one renderer per format."""
