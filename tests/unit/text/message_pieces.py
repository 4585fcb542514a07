"""Pieces from which the property tests build messages: the beginning, middle or end of something tricky."""

PIECES = [
    " ", "  ", "\n", "\n\n", "\t", ", ", ". ", "! ", "? ", ": ", "-", "- ", "-- ", "^", "@", "@company ",
    "> ", ">", "[", "]", "(", ")", "[NAME]", "[EMAIL]", "[PHONE] ", "[LINK]", "Hi ", "Hello ", "Dear ",
    "hey ", "there ", "Quinn", "Harper", "Quinn Harper", "harper, quinn", "Will ", "May ", "Agent Smith",
    "Team", "Mr. ", "my name is ", "this is ", " from Acme", "Thanks,", "Thanks ", "Best regards,\n",
    "Sent from my iPhone", "On Mon, Jan 5, 2026 at 3:04 PM ", " wrote:", "From: ", "Sent: ", "To: ",
    "Subject: ", "-----Original Message-----", "________________", "Begin forwarded message:",
    "##- Please type your reply above this line -##", "This e-mail and any attachments are confidential",
    "jane", "acme", ".example", " (at) ", " at ", " dot ", "com", "mailto:", "https://", "www.", "/a/b",
    "?token=", "?q=1", "#x", "&", "=", "password", " is ", "hunter2", "wrong", "pwd: ",
    "sk_live_abcdefgh12345678", "AKIAIOSFODNN7EXAMPLE", "Bearer ", "eyJhbGciOi", "key ", "token ",
    "9f86d081884c7d659a2feaa0c55ad015", "pin ", "verification code is ", "4111 1111 1111 1111", "4111",
    "GB29 NWBK 6016 1331 9268 19", "DE89", "192.0.2.10", "version ", "2001:db8::1", "::", "12:30",
    "2026-01-05", "+44 ", "20 7946 0958", "(202) 555-0143", "555", "0", "1", "12345678", "call ", "order ",
    "ssn ", "536-22-1234", "bank ", "account ", "routing 021000021", "$", "€", "é", "e\u0301", "\u200b",
    "\u00a0", "\r\n", "\x00", "😀", "ﬁ", "Å", "＠", "İ", "ß", "K", "ſ", "٣", "１",
]  # fmt: skip
