"""tars-bench: did a change make LLM usage cheaper without making it worse?"""

__version__ = "0.1.0"
