"""Course packages (SCORM 1.2, SCORM 2004, plain web pages): reading what people upload, safely.

`reading.read` is the only door: it has the archive unpacked and its manifest understood by a confined child, into a folder where files
lie under numbers, so that no name from the package ever meets the file system (security UP-02 to UP-05).
"""
