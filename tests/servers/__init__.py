"""Real servers for tests: on loopback, on free ports, as an unprivileged user, gone at the end."""
