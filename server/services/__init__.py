"""What the server can do, one module a noun. A service takes a session and plain values, and never commits."""
