"""Message text: from what a helpdesk exports to clean, redacted words with marks on what is not the writer's.

Pure functions of their arguments. `clean` is the way in; `html`, `redaction` and `marks` are its three steps.
"""
