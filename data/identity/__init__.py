"""Who signs in and may do what: accounts, programs, operator settings, the audit journal."""
