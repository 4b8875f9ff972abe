"""Pages for customers without the chat: the form, the page of a case, and their cases."""
