"""Meaning against the real kernel: the same packets, judged by Linux netfilter and by portspec."""
