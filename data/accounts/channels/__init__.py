"""What accounts ask of other machines: who somebody is."""
