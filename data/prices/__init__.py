"""What gas costs an organisation: dated components, and the cost of energies known by the day."""
