"""Read and write files of bills: sheets, and e-invoices in a sandboxed process."""
