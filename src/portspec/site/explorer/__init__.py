"""The explorer: what its page needs beside its scripts (`docs/assets/explorer`)."""
