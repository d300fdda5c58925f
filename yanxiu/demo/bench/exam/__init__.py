"""An exam night under fire: thousands of candidates over HTTP, processes killed, lines cut, devices changed; then the count (F-19)."""
