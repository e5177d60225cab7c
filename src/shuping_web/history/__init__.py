"""What the ledger says, told in words: of any object, of the whole site, and the heads of its days."""
