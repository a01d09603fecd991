"""What changes the mirror, each in the transaction of its caller unless it says otherwise."""
