"""After 不称职: causes, measures, a deadline and its check; and the proposed replacement, which a person decides."""
