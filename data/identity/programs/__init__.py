"""API programs of organisations: permissions and call counts."""
