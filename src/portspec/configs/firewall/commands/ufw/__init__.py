"""What ufw makes of its commands: a package of its own, since it has a grammar and rules around the user's ones."""
