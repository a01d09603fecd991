"""Personal data screens, for people and for the operator."""
