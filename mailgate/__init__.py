"""mailgate: the mail door of a service desk. It keeps, understands, decides, explains and answers."""
