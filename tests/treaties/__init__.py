"""A throw-away kind of record: all that an app has to say for the engine to know a new kind."""
