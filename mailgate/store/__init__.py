"""What mailgate remembers: messages, decisions, tickets, letters, people, rulebooks. See `facade.Store`."""
