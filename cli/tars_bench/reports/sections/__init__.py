"""Sections: one file a section, records in, tables and sentences out."""
