"""The people of an organisation: invitations, roles, deactivation and handover."""
