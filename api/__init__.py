"""The HTTP API: resources, callers and their rights. It holds no key and works nothing off: it writes step rows."""
