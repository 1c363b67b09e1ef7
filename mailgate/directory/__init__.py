"""The directory of people: who is a PUESC login, and since when they know the desk.

It is a table of ours, filled from a file (`people_file`), or a directory outside (`source`): LDAP or HTTP.
"""
