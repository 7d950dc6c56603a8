"""Pure rules of the work book: what is to be done, and how a quarter is told. No I/O of any kind."""
