"""The names under which shelvings go up the review chain."""

CHAIN = "resource"
OBJECT = "shelving"
