"""The names a simulated workload uses; arrays hold places in these tuples."""

MODELS = ("claude-sonnet-4-5", "claude-haiku-4-5")
SONNET, HAIKU = 0, 1

ERRORS = ("overloaded_error", "rate_limit_error", "api_error", "timeout_error")

BATCH_CATEGORIES = ("dataExtraction", "classification", "summarization")
TASK_TYPES = (
    *BATCH_CATEGORIES,
    "simple_task",
    "formatting",
    "planning",
    "research",
    "analysis",
    "coding",
    "review",
)
SIMPLE_TASK_TYPES = (0, 1, 2, 3, 4)
COMPLEX_TASK_TYPES = ((5, 7, 9, 5), (6, 6, 7, 6), (8, 8, 9, 7))
"""By profile of the session: coordinator, researcher, coder."""

EVENT_TYPES = (
    "CACHE_HIT",
    "MODEL_ROUTED",
    "CONTEXT_PRUNED",
    "BATCH_PROCESSED",
    "LAZY_DEFERRED",
    "LAZY_LOADED",
)
CACHE_HIT, MODEL_ROUTED, CONTEXT_PRUNED, BATCH_PROCESSED, LAZY_DEFERRED, LAZY_LOADED = range(6)
PRUNED_CONTEXTS = ("conversation_history", "tool_results", "retrieved_documents")

NONE = -1
"""Stands for a value that is not there."""
