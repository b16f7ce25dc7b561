"""Web pages: Vietnamese first, English second, nothing from another host. ``frame`` is what all of them share."""
