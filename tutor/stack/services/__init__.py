"""One module per service: it describes the program and controls nothing."""
