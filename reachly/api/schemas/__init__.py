"""The shapes of what is asked and answered, from which the document is made."""
