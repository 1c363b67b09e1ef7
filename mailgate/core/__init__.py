"""The rooms that decide. No I/O, no clock, no randomness, no logging: text and records in, records out."""
