"""Spaces of all kinds and their tools.

One Space (kind, place in a tree, cap, tools) serves personal space, workshop, sub-workshop, school and regional community, class.

Terms: a *workshop* is a space and its sub-workshops together; people ask to join the workshop and are given a *seat* in one of its
spaces; it is counted as one (`Space.counted_id`). A *host* (坊主) holds the appointment `host` at the space and hosts its
sub-workshops too; hosts take no seat. Every tool writes a *post*; a *thread* is a post without parent and what hangs on it.

States: membership requested → member | refused, member → left, and again requested; post draft → published ↔ hidden.
Must not know: how hours and standing come about, what is learned, tested or handed in.
"""
