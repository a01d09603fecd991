"""Read an e-invoice given on standard input: `python -m data.money.bills.files`."""

from data.money.bills.files.decoder import serve

serve()
