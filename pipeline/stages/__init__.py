"""The nine stages as assets: thin functions, no arithmetic; `in_order` is all of them."""
