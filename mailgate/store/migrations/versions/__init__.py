"""One file for each revision of the schema, in order of their numbers."""
