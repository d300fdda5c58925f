"""The pages of people: the door (`door`), one's own settings (`own`), what offices see and do (`offices`, `changes`)."""
