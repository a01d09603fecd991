"""The mirror: what an organisation has at its distributor, read there and sent there."""
