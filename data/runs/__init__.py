"""One long import or export: state, progress, receipt."""
