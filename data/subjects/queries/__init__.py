"""Reading what is kept about people, and what each night made of it."""
