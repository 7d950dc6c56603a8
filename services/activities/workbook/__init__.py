"""The leader's work book: what is to be done, written up in a minute, and compiled into a book; never retyped."""
