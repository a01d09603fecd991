"""Gas prices of an organisation: dated components, and costs of daily energies."""
