"""The explanation in Polish: three tables, and nothing else. To add a sentence, write a line into the one it fits.

- `sentences`: what the explanation says itself, by the English sentence with its slots.
- `words`: single words of rules, records and the record of decisions: "proven", "reject".
- `heard`: what rules and proofs saw. It comes as English text, also out of the record of years ago, and is recognised
  by its pattern.
"""
