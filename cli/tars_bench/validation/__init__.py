"""The checklist and the guards of the marts; the only place that knows Great Expectations."""
