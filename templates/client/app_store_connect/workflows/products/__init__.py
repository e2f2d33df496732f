"""In-app purchases and subscriptions: the table of them, and each of their parts."""
