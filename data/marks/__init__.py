"""What people leave on the consumption: annotations, views they keep, links they share."""
