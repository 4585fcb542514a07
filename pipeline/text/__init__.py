"""Message text: from what a helpdesk exports to clean, redacted words with marks on what the customer did not
write.

Pure functions of their arguments. `clean` is the way in; `html`, `redaction` and `marks` are its three steps.
"""
