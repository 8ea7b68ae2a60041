"""Loading: files of logs into ``raw.*``, each line accounted for, each file once."""
