"""The mirror: an organisation's rights and data at its distributor, read and sent."""
