"""What people have typed and not sent yet: one mechanism for every form.

Terms: a *draft* belongs to one person and one *key*, the place in which it is written ("space 5 discussion"); the page in which it is
written hands its form a signed *ticket*, so that what keeps it need not know the page. Whoever sends, clears.
What another page wrote meanwhile, on another device or on this, is never overwritten by a page that did not show it: it keeps its words
beside.

States: kept → sent (gone) | discarded → put back, or gone after 30 days; kept → told → expired after 180 days without a word.
Must not know: what a draft becomes.
"""
